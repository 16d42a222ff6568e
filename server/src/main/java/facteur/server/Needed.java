package facteur.server;

import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;

import java.util.Optional;

/**
 * File descriptors that the settings ask for, when all their limits are reached.
 *
 * @param connections of applications, readers and towards receivers
 * @param files segments of the journal, and a hundred more
 */
public record Needed(long connections, long files) {
    private static final long OTHERS = 100;

    public static Needed of(Settings settings) {
        long segments =
                settings.retention().bodiesSize().bytes() / settings.store().segmentSize().bytes();
        return new Needed(
                (long) settings.submission().maxConnections()
                        + settings.tracker().maxConnections()
                        + settings.delivery().maxConnections(),
                segments + OTHERS);
    }

    /** What to say where the limit of the process is too low for that; empty where it is not. */
    public Optional<String> shortage(Descriptors descriptors) {
        if (descriptors.suffices(connections, files)) {
            return Optional.empty();
        }
        return Optional.of(
                "the settings allow "
                        + connections
                        + " connections and some "
                        + files
                        + " files, and this process may open "
                        + descriptors.limit()
                        + " of both: raise the limit (LimitNOFILE=, ulimit -n) above "
                        + (connections + files) * 4 / 3
                        + ", or lower max_connections; at the limit accepting pauses");
    }
}
