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

    public CorruptRecord(String what, Throwable cause) {
        super(what, cause);
    }
}
