package facteur.mail.message;

import java.util.Comparator;

/**
 * One recipient of one message: what is owed, tracked and shown.
 *
 * @param index place in the envelope, from 0 to 65 535
 */
public record RecipientId(MailId message, int index) implements Comparable<RecipientId> {
    private static final Comparator<RecipientId> ORDER =
            Comparator.comparing(RecipientId::message).thenComparingInt(RecipientId::index);

    public RecipientId {
        if (index < 0 || index > 0xffff) {
            throw new IllegalArgumentException("recipient index " + index + " outside 0..65535");
        }
    }

    @Override
    public int compareTo(RecipientId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return message + "." + index;
    }
}
