package facteur.config;

import facteur.config.unit.ByteSize;

import java.nio.file.Path;

/**
 * What is written to the log, and where the mail log goes.
 *
 * @param format of the lines of both
 * @param rotation of the mail log, where it is a file
 */
public record LoggingSettings(Level level, Format format, MailLog mail, Rotation rotation) {
    public static final LoggingSettings DEFAULTS =
            new LoggingSettings(
                    Level.INFO, Format.TEXT, new MailLog.StandardOutput(), Rotation.DEFAULTS);

    /** From silent to talkative. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** For people, or for programs. */
    public enum Format {
        TEXT,
        JSON
    }

    /** Where a line goes for each message accepted, each attempt, each bounce received. */
    public sealed interface MailLog {
        /** Under systemd that is the journal. */
        record StandardOutput() implements MailLog {}

        record Off() implements MailLog {}

        record InFile(Path path) implements MailLog {}
    }

    /**
     * @param size at which a file is put aside and a new one begun
     * @param keep files that are kept beside the current one; the oldest is deleted
     */
    public record Rotation(ByteSize size, int keep) {
        // A line has some 300 octets: ten files hold two for each of a million messages.
        public static final Rotation DEFAULTS = new Rotation(ByteSize.ofMebibytes(64), 9);
    }
}
