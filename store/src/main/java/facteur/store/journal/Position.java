package facteur.store.journal;

/**
 * A place in the journal. Positions grow with time; what they are made of (here: segment number and
 * offset) is the journal's affair.
 */
public record Position(long value) implements Comparable<Position> {
    /** Before the first record. */
    public static final Position START = new Position(0);

    static Position of(long segment, int offset) {
        return new Position((segment << 32) | offset);
    }

    /** Where a segment begins. */
    public static Position beginOf(long segment) {
        return of(segment, 0);
    }

    /** The stretch of the journal that is let go as one. */
    public long segment() {
        return value >>> 32;
    }

    int offset() {
        return (int) value;
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return segment() + ":" + offset();
    }
}
