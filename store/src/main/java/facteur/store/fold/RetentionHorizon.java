package facteur.store.fold;

import facteur.mail.message.MailId;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

/**
 * How far back single messages are remembered.
 *
 * @param timelines of messages before it nothing is known but where they ended
 * @param history of messages before it only the sums are left
 */
public record RetentionHorizon(MailId timelines, MailId history) {
    static final byte[] KEY = Keys.text("horizon");
    private static final RetentionHorizon NONE = new RetentionHorizon(new MailId(0), new MailId(0));

    public static RetentionHorizon of(Rows rows) {
        return rows.get(Table.META, KEY).map(RetentionHorizon::decode).orElse(NONE);
    }

    RetentionHorizon join(RetentionHorizon other) {
        return new RetentionHorizon(
                later(timelines, other.timelines), later(history, other.history));
    }

    private static MailId later(MailId one, MailId other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    boolean hasForgotten(MailId message) {
        return message.compareTo(history) < 0;
    }

    boolean hasNoTimeline(MailId message) {
        return message.compareTo(timelines) < 0;
    }

    byte[] encode() {
        return new Encoder().octet(1).fixed(timelines.value()).fixed(history.value()).toBytes();
    }

    private static RetentionHorizon decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("horizon in an unknown layout");
        }
        return new RetentionHorizon(new MailId(from.fixed()), new MailId(from.fixed()));
    }
}
