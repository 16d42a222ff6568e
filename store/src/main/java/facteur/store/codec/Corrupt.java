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

    public Corrupt(String what, Throwable cause) {
        super(what, cause);
    }
}
