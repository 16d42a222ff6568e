package facteur.mail.file;

import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.Optional;

/** A failure in one line. */
public final class FailureSentence {
    private FailureSentence() {}

    public static String of(Throwable failure) {
        Optional<String> denied = PrivateFiles.explain(failure);
        if (denied.isPresent()) {
            return denied.get();
        }
        Optional<String> file = file(failure);
        if (file.isPresent()) {
            return file.get();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /** What is wrong with a file: Java's own message is often nothing but its path. */
    private static Optional<String> file(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileSystemException e && e.getFile() != null) {
                String why =
                        switch (e) {
                            case NoSuchFileException _ -> "there is no such file or directory";
                            case FileAlreadyExistsException _ -> "it exists already";
                            case NotDirectoryException _ -> "it is no directory; move it away";
                            case DirectoryNotEmptyException _ -> "the directory is not empty";
                            default -> e.getReason();
                        };
                String told = Objects.toString(failure.getMessage(), "");
                boolean more = !told.isEmpty() && !told.endsWith(String.valueOf(e.getMessage()));
                return more
                        ? Optional.empty()
                        : Optional.ofNullable(why).map(w -> "use " + e.getFile() + ": " + w);
            }
        }
        return Optional.empty();
    }
}
