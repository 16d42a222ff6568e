package facteur.store.fold;

import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.time.Instant;

/**
 * What one segment of the journal is still good for.
 *
 * @param newest when the youngest message in it was accepted, {@link Instant#EPOCH} without any
 * @param owed recipients who are owed a delivery and whose message has octets in it
 * @param octets of the messages whose records stand in it
 */
public record SegmentRow(Instant newest, long owed, long octets) {
    public static final SegmentRow NONE = new SegmentRow(Instant.EPOCH, 0, 0);

    SegmentRow plus(SegmentRow other) {
        return new SegmentRow(
                other.newest.isAfter(newest) ? other.newest : newest,
                owed + other.owed,
                octets + other.octets);
    }

    byte[] encode() {
        return new Encoder().octet(1).instant(newest).number(owed).number(octets).toBytes();
    }

    public static SegmentRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("segment row in an unknown layout");
        }
        return new SegmentRow(from.instant(), from.number(), from.number());
    }
}
