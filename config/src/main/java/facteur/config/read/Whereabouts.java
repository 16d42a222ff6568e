package facteur.config.read;

import facteur.config.Settings;
import facteur.config.unit.Endpoint;

import java.nio.file.Path;

/**
 * Where a running server is found: all that a command needs to know that asks it. The rest of the
 * settings is not looked at, and may hold secrets and mistakes.
 *
 * @param dataDir where the token of the command line lies
 * @param admin where the API is
 */
public record Whereabouts(Path dataDir, Endpoint admin) {
    public static Whereabouts of(Settings settings) {
        return new Whereabouts(settings.dataDir(), settings.admin().listen());
    }
}
