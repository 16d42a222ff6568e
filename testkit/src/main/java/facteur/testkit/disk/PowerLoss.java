package facteur.testkit.disk;

/** The machine stops in the middle of what it does; nothing that it had begun goes on. */
public final class PowerLoss extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PowerLoss(String where) {
        super(where);
    }
}
