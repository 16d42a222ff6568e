package facteur.store.fold;

import facteur.mail.address.AddressKey;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.Suppressions;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.OutcomeCodec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The standing refusals of one address.
 *
 * @param address as it was last written
 */
public record SuppressionRow(String address, Suppressions standing) {
    static SuppressionRow of(String address) {
        return new SuppressionRow(address, Suppressions.NONE);
    }

    /** The entries that hold at {@code now}. */
    public List<Suppression> holding(Instant now) {
        return standing.holding(now);
    }

    SuppressionRow change(UnaryOperator<Suppressions> change) {
        return new SuppressionRow(address, change.apply(standing));
    }

    /**
     * The key of an erased person's refusals: computed from the address, so that nobody can read
     * the address from them.
     */
    public static AddressKey hashed(AddressKey address) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(address.value().getBytes(StandardCharsets.UTF_8));
            return new AddressKey("sha256:" + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of a person who was erased. */
    SuppressionRow anonymous(String shown) {
        return new SuppressionRow(shown, standing.anonymous());
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .text(address)
                .instant(standing.lifted())
                .list(standing.entries(), OutcomeCodec::suppression)
                .toBytes();
    }

    public static SuppressionRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("suppression row in an unknown layout");
        }
        return new SuppressionRow(
                from.text(),
                new Suppressions(from.instant(), from.list(OutcomeCodec::suppression)));
    }
}
