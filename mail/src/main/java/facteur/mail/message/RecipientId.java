package facteur.mail.message;

import java.util.Optional;

/**
 * One recipient of one message: what is owed, tracked and shown.
 *
 * @param index place in the envelope, from 0 to 65 535
 */
public record RecipientId(MailId message, int index) implements Comparable<RecipientId> {
    public RecipientId {
        if (index < 0 || index > 0xffff) {
            throw new IllegalArgumentException("recipient index " + index + " outside 0..65535");
        }
    }

    /** Reads what {@link #toString} writes. */
    public static Optional<RecipientId> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || !text.substring(dot + 1).matches("[0-9]{1,5}")) {
            return Optional.empty();
        }
        int index = Integer.parseInt(text.substring(dot + 1));
        return index > 0xffff
                ? Optional.empty()
                : MailId.parse(text.substring(0, dot)).map(message -> message.recipient(index));
    }

    @Override
    public int compareTo(RecipientId other) {
        int byMessage = message.compareTo(other.message);
        return byMessage != 0 ? byMessage : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return message + "." + index;
    }
}
