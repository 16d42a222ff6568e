package facteur.config;

/** What is written to the log. */
public record LoggingSettings(Level level) {
    public static final LoggingSettings DEFAULTS = new LoggingSettings(Level.INFO);

    /** From silent to talkative. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
