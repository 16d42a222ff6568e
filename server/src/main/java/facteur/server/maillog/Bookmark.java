package facteur.server.maillog;

import facteur.mail.file.AtomicFile;
import facteur.store.journal.Position;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps the place in the journal up to which lines were written. */
record Bookmark(Path file) {
    /** Empty where none was kept, or not a whole one. */
    Optional<Position> read() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]{1,18}")
                ? Optional.of(new Position(Long.parseLong(text)))
                : Optional.empty();
    }

    void keep(Position position) throws IOException {
        AtomicFile.replace(file, (position.value() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Lines of a time in which none were wanted are not written when they are wanted again. */
    void forget() throws IOException {
        Files.deleteIfExists(file);
    }
}
