package facteur.mail.message;

import java.time.Instant;
import java.util.Optional;

/**
 * The id of one accepted message: 42 bits of milliseconds since 2020, 8 bits of node, 6 bits of
 * sequence, 8 bits of the shard that keeps it. Ids grow with time, so rows keyed by them are
 * appended, and two nodes never make the same one.
 */
public record MailId(long value) implements Comparable<MailId> {
    static final long EPOCH_MILLIS = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    static final int NODE_BITS = 8;
    static final int SEQUENCE_BITS = 6;
    static final int SHARD_BITS = 8;
    static final int TIME_SHIFT = NODE_BITS + SEQUENCE_BITS + SHARD_BITS;
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int TEXT_LENGTH = 13;

    /** When the message was accepted, to the millisecond. */
    public Instant at() {
        return Instant.ofEpochMilli((value >>> TIME_SHIFT) + EPOCH_MILLIS);
    }

    /** The smallest id that can be given at {@code at} or later. */
    public static MailId firstAt(Instant at) {
        long millis = Math.max(0, at.toEpochMilli() - EPOCH_MILLIS);
        return new MailId(millis << TIME_SHIFT);
    }

    public RecipientId recipient(int index) {
        return new RecipientId(this, index);
    }

    /** Reads the 13 characters of {@link #toString}. */
    public static Optional<MailId> parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < TEXT_LENGTH; i++) {
            int digit = DIGITS.indexOf(Character.toLowerCase(text.charAt(i)));
            if (digit < 0 || (i == 0 && digit > 15)) {
                return Optional.empty();
            }
            value = (value << 5) | digit;
        }
        return Optional.of(new MailId(value));
    }

    @Override
    public int compareTo(MailId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** 13 characters of Crockford's base 32, which sort like the ids. */
    @Override
    public String toString() {
        char[] text = new char[TEXT_LENGTH];
        for (int i = 0; i < TEXT_LENGTH; i++) {
            text[i] = DIGITS.charAt((int) (value >>> (5 * (TEXT_LENGTH - 1 - i))) & 31);
        }
        return new String(text);
    }
}
