package facteur.server.setup;

import facteur.config.Settings;
import facteur.config.descriptor.Descriptors;
import facteur.store.Store;

import java.io.IOException;
import java.util.Optional;

/**
 * File descriptors that are needed when the limits of the settings are reached.
 *
 * @param connections of applications, readers and towards receivers
 * @param files segments that the journal has now, with room to grow, and what else is open
 */
public record DescriptorNeeds(long connections, long files) {
    private static final long OTHERS = 100;
    private static final int GROWTH = 2;

    public static DescriptorNeeds of(Settings settings) throws IOException {
        return new DescriptorNeeds(
                (long) settings.submission().maxConnections()
                        + settings.tracker().maxConnections()
                        + settings.delivery().maxConnections(),
                GROWTH * Store.segments(settings.dataDir()) + OTHERS);
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
