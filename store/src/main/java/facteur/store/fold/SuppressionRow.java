package facteur.store.fold;

import facteur.mail.address.AddressKey;
import facteur.mail.message.Tenant;
import facteur.mail.suppression.Suppressions;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.OutcomeCodec;
import facteur.store.query.SuppressedAddress;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** How a {@link SuppressedAddress} is stored. */
public final class SuppressionRow {
    private SuppressionRow() {}

    /** What stands about an address, under its key or, of an erased person, under the hash. */
    public static Optional<SuppressedAddress> find(Rows rows, Tenant tenant, AddressKey key) {
        return at(rows, tenant, key).or(() -> at(rows, tenant, hashed(key)));
    }

    static Optional<SuppressedAddress> at(Rows rows, Tenant tenant, AddressKey key) {
        return rows.get(Table.SUPPRESSIONS, Keys.address(tenant, key))
                .map(octets -> decode(key, octets));
    }

    static void put(Rows rows, Tenant tenant, SuppressedAddress suppressed) {
        rows.put(Table.SUPPRESSIONS, Keys.address(tenant, suppressed.key()), encode(suppressed));
    }

    /**
     * The key of an erased person's refusals: computed from the address, so that nobody can read
     * the address from them.
     */
    static AddressKey hashed(AddressKey address) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(address.value().getBytes(StandardCharsets.UTF_8));
            return new AddressKey("sha256:" + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] encode(SuppressedAddress suppressed) {
        return new Encoder()
                .octet(1)
                .text(suppressed.address())
                .instant(suppressed.standing().lifted())
                .list(suppressed.standing().entries(), OutcomeCodec::suppression)
                .toBytes();
    }

    /**
     * @param key that the row stands under
     */
    public static SuppressedAddress decode(AddressKey key, byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("suppression row in an unknown layout");
        }
        return new SuppressedAddress(
                key,
                from.text(),
                new Suppressions(from.instant(), from.list(OutcomeCodec::suppression)));
    }
}
