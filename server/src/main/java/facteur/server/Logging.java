package facteur.server;

import ch.qos.logback.classic.Level;

import facteur.config.LoggingSettings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged, and how it looks. */
final class Logging {
    private Logging() {}

    static void apply(LoggingSettings settings) {
        // Another logging library, in a test say, keeps its own level.
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
                instanceof ch.qos.logback.classic.Logger root) {
            root.setLevel(Level.toLevel(settings.level().name(), Level.INFO));
            LogConfiguration.show(root, settings.format());
        }
    }
}
