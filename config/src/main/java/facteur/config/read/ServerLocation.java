package facteur.config.read;

import facteur.config.Settings;
import facteur.config.SubmissionSettings;
import facteur.config.unit.Endpoint;

import java.nio.file.Path;

/**
 * Where a running server is found: all that a command needs to know that asks it. The rest of the
 * settings is not looked at, and may hold secrets and mistakes.
 *
 * @param dataDir where the token of the command line lies
 * @param admin where the API is
 * @param spool where programs of this machine leave mail
 */
public record ServerLocation(Path dataDir, Endpoint admin, Path spool) {
    public static ServerLocation of(Settings settings) {
        return new ServerLocation(
                settings.dataDir(),
                settings.admin().listen(),
                settings.submission()
                        .spool()
                        .orElse(SubmissionSettings.spoolBelow(settings.dataDir())));
    }
}
