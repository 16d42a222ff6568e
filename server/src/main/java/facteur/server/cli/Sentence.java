package facteur.server.cli;

import facteur.mail.file.PrivateFiles;

import java.util.Optional;

/** A failure in one line. */
final class Sentence {
    private Sentence() {}

    static String of(Throwable failure) {
        Optional<String> denied = PrivateFiles.explain(failure);
        if (denied.isPresent()) {
            return denied.get();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
