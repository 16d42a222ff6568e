package facteur.server.cli;

/** A failure in one line. */
final class Sentence {
    private Sentence() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
