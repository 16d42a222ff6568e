package facteur.store.codec;

/**
 * Stored octets that passed their checksum and are still not what was stored: a bug, or another
 * version's format.
 */
public final class Corrupt extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Corrupt(String what) {
        super(what);
    }

    /**
     * What this version cannot read since a later one wrote it.
     *
     * @param what such as {@code type 90}
     */
    static Corrupt newer(String what) {
        return new Corrupt(
                "an event of "
                        + what
                        + ": a newer Facteur wrote this data; run that version, or restore a backup"
                        + " made by this one");
    }

    public Corrupt(String what, Throwable cause) {
        super(what, cause);
    }
}
