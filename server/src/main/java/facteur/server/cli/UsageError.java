package facteur.server.cli;

/** The command was asked for something that it cannot do as asked; exit status 2. */
public final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageError(String message) {
        super(message);
    }
}
