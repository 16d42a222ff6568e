package facteur.store.fold;

import facteur.mail.address.AddressKey;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The standing refusals of one address.
 *
 * @param address as it was last written
 * @param lifted entries made until then are void
 * @param entries at most one for each cause and scope, the latest
 */
public record SuppressionRow(String address, Instant lifted, List<Suppression> entries) {
    public SuppressionRow {
        entries = List.copyOf(entries);
    }

    static SuppressionRow of(String address) {
        return new SuppressionRow(address, Instant.EPOCH, List.of());
    }

    /** The entries that hold at {@code now}. */
    public List<Suppression> holding(Instant now) {
        return entries.stream()
                .filter(e -> e.since().isAfter(lifted))
                .filter(e -> e.expires().isEmpty() || e.expires().get().isAfter(now))
                .toList();
    }

    SuppressionRow with(Suppression added) {
        List<Suppression> next = new ArrayList<>();
        Suppression latest = added;
        for (Suppression entry : entries) {
            if (!isSameKind(entry, added)) {
                next.add(entry);
            } else if (entry.since().isAfter(added.since())) {
                latest = entry;
            }
        }
        next.add(latest);
        next.sort(
                Comparator.comparing(Suppression::cause)
                        .thenComparing(entry -> entry.scope().toString()));
        return new SuppressionRow(address, lifted, next);
    }

    SuppressionRow without(SuppressionCause cause) {
        return new SuppressionRow(
                address, lifted, entries.stream().filter(entry -> entry.cause() != cause).toList());
    }

    /** Less the hard bounce that {@code evidence} was. */
    SuppressionRow doubting(RecipientId evidence) {
        return new SuppressionRow(
                address,
                lifted,
                entries.stream()
                        .filter(
                                entry ->
                                        entry.cause() != SuppressionCause.HARD_BOUNCE
                                                || !entry.evidence().equals(Optional.of(evidence)))
                        .toList());
    }

    SuppressionRow liftedAt(Instant at) {
        return new SuppressionRow(address, at.isAfter(lifted) ? at : lifted, entries);
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

    /** Without what was said, which may repeat the address. */
    SuppressionRow anonymous(String shown) {
        return new SuppressionRow(
                shown,
                lifted,
                entries.stream()
                        .map(
                                e ->
                                        new Suppression(
                                                e.cause(),
                                                e.scope(),
                                                e.since(),
                                                e.expires(),
                                                e.evidence(),
                                                "",
                                                e.rule(),
                                                e.who()))
                        .toList());
    }

    private static boolean isSameKind(Suppression one, Suppression other) {
        SuppressionCause cause = one.cause();
        SuppressionScope scope = one.scope();
        return cause == other.cause() && scope.equals(other.scope());
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .text(address)
                .instant(lifted)
                .list(entries, (e, entry) -> entry.write(e))
                .toBytes();
    }

    public static SuppressionRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("suppression row in an unknown layout");
        }
        return new SuppressionRow(from.text(), from.instant(), from.list(Suppression::read));
    }
}
