package facteur.config.read;

import facteur.config.Settings;
import facteur.config.yaml.Problem;
import facteur.config.yaml.Setting;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What reading a settings file came to. */
public sealed interface SettingsResult {
    /**
     * @param listed every key with the value that holds, in the order of reading
     */
    record Good(Settings settings, List<Setting> listed) implements SettingsResult {
        public Good {
            listed = List.copyOf(listed);
        }

        /** The same with another data directory. */
        public Good in(Path dataDir) {
            return new Good(settings.withDataDir(dataDir), listed);
        }
    }

    /**
     * @param problems at least one, in the order of the file
     */
    record Bad(List<Problem> problems) implements SettingsResult {
        /** One line a problem. */
        @Override
        public String toString() {
            return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        }
    }
}
