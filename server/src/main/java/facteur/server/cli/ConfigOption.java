package facteur.server.cli;

import facteur.config.Settings;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code --config FILE}, wherever a command needs settings. */
final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration; without it: loopback listeners, data in ./data")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    Settings settings() {
        return read().settings();
    }

    /** The settings; {@link UsageError} with every problem when the file has any. */
    SettingsResult.Good read() {
        SettingsReader reader = SettingsReader.ofThisProcess();
        if (file == null) {
            return reader.withoutFile(Path.of("data").toAbsolutePath());
        }
        return switch (reader.read(file)) {
            case SettingsResult.Good good -> good;
            case SettingsResult.Bad(var problems) ->
                    throw new UsageError(
                            "the configuration has problems:\n"
                                    + problems.stream()
                                            .map(Object::toString)
                                            .collect(Collectors.joining("\n")));
        };
    }
}
