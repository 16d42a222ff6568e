package facteur.store.codec;

/**
 * Stored octets that passed their checksum and are still not what was stored: a bug, or another
 * version's format.
 */
public final class CorruptRecord extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CorruptRecord(String what) {
        super(what);
    }

    /**
     * What this version cannot read since a later one wrote it.
     *
     * @param what such as {@code type 90}
     */
    static CorruptRecord newer(String what) {
        return new CorruptRecord(
                "an event of "
                        + what
                        + ": a newer Facteur wrote this data; run that version, or restore a backup"
                        + " made by this one");
    }

    public CorruptRecord(String what, Throwable cause) {
        super(what, cause);
    }
}
