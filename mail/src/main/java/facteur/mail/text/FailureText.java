package facteur.mail.text;

import java.nio.file.FileSystemException;
import java.util.Locale;

/**
 * A failure in words. Many exceptions of libraries have no message of their own: then that of what
 * caused it, or the kind of failure, is told.
 */
public final class FailureText {
    /** A chain of causes that is longer leads in circles. */
    private static final int CAUSES = 16;

    private FailureText() {}

    /** Never empty, and never the word null. */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < CAUSES && cause != null; i++) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank() && !message.equals("null")) {
                return cause instanceof FileSystemException file && file.getReason() == null
                        ? message + ": " + kind(cause.getClass())
                        : message;
            }
            cause = cause.getCause();
        }
        return kind(failure.getClass());
    }

    /** The name of a class as words: {@code TimeoutException} is a timeout. */
    private static String kind(Class<?> type) {
        String name = type.getSimpleName().replaceFirst("(?<=.)Exception$", "");
        String words = name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return words.isEmpty() ? "failure" : words;
    }
}
