package facteur.store;

import facteur.mail.file.AtomicFile;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The format of all that a data directory holds, as the file {@code format} says it: one number and
 * a line feed.
 *
 * <p>It grows with every change that an older Facteur would misread: of keys or rows of the views,
 * of records of the journal. Events have versions of their own beside it ({@code codec.EventType}),
 * so a new layout of an event alone needs no new format; this number is what a downgrade is refused
 * by before anything is touched, and the only place that says it.
 */
final class Format {
    static final int CURRENT = 4;

    private static final int MOST_OCTETS = 16;

    private Format() {}

    /**
     * Says what the directory is in, where nothing says it yet.
     *
     * @throws IOException in words when this Facteur does not read what is there
     */
    static void claim(Layout layout) throws IOException {
        require(layout);
        if (!Files.exists(layout.format())) {
            write(layout.format());
        }
    }

    /**
     * @throws IOException in words when this Facteur does not read what is there
     */
    static void require(Layout layout) throws IOException {
        Path file = layout.format();
        if (!Files.exists(file)) {
            if (layout.holdsData()) {
                throw unknown(file, " is missing");
            }
            return; // new
        }
        int format = number(file);
        if (format > CURRENT) {
            throw new IOException(
                    layout.directory()
                            + " is in format "
                            + format
                            + ", which a newer Facteur wrote; this one reads up to "
                            + CURRENT
                            + ": run the newer version, or restore a backup that this one made");
        }
        if (format < 1) {
            throw unreadable(file);
        }
        if (format < CURRENT) {
            throw new IOException(
                    layout.directory()
                            + " is in format "
                            + format
                            + ", from before the first release; this one reads "
                            + CURRENT
                            + " and does not convert it");
        }
    }

    private static int number(Path file) throws IOException {
        try {
            if (Files.size(file) <= MOST_OCTETS) {
                return Integer.parseInt(Files.readString(file, StandardCharsets.US_ASCII).strip());
            }
        } catch (NumberFormatException | MalformedInputException e) {
            // Told below.
        }
        throw unreadable(file);
    }

    private static IOException unreadable(Path file) {
        return unknown(file, " does not hold a number");
    }

    private static IOException unknown(Path file, String how) {
        return new IOException(
                file
                        + how
                        + "; it says in which format the directory is: put "
                        + CURRENT
                        + " there if this version of Facteur was the last to use it");
    }

    private static void write(Path file) throws IOException {
        Path directory = java.util.Objects.requireNonNull(file.getParent());
        Files.createDirectories(directory);
        AtomicFile.replace(file, (CURRENT + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
