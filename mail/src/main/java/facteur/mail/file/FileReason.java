package facteur.mail.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/**
 * Why a file cannot be read, without its path, which stands before it: Java's own message is often
 * nothing but the path.
 */
public final class FileReason {
    private FileReason() {}

    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "not UTF-8 text";
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }
}
