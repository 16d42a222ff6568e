package facteur.mail.message;

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
