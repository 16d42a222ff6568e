package facteur.store.fold;

import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.time.Instant;

/**
 * What a contact allows, and what little is kept where not more is allowed. Instants are {@link
 * Instant#EPOCH} when it never happened.
 *
 * @param lastSeen day of the last hit on mail in hygiene mode
 * @param declined when being measured was declined
 */
public record ReaderRow(Instant lastSeen, Instant declined) {
    static final ReaderRow NEW = new ReaderRow(Instant.EPOCH, Instant.EPOCH);

    /** Declining holds for all mail, also for what was sent before. */
    public boolean isDeclined() {
        return !declined.equals(Instant.EPOCH);
    }

    ReaderRow seen(Instant day) {
        return new ReaderRow(day.isAfter(lastSeen) ? day : lastSeen, declined);
    }

    ReaderRow declinedAt(Instant at) {
        return new ReaderRow(lastSeen, isDeclined() && declined.isBefore(at) ? declined : at);
    }

    byte[] encode() {
        return new Encoder().octet(1).instant(lastSeen).instant(declined).toBytes();
    }

    public static ReaderRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("reader row in an unknown layout");
        }
        return new ReaderRow(from.instant(), from.instant());
    }
}
