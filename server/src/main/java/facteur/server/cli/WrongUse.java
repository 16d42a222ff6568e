package facteur.server.cli;

/** The command was asked for something that it cannot do as asked; exit status 2. */
final class WrongUse extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongUse(String message) {
        super(message);
    }
}
