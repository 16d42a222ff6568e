package facteur.server.cli;

import facteur.config.Settings;
import facteur.config.read.ServerLocation;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.mail.file.FailureSentence;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code --config FILE}, wherever a command needs settings. */
public final class ConfigOption {
    private static final Path WITHOUT_FILE = Path.of("data");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "configuration; default: /etc/facteur/facteur.yaml of an installed server,"
                            + " otherwise loopback listeners, data in ./data")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file).or(ConfigOption::installed);
    }

    /** That of a package, whose launcher names it. */
    private static Optional<Path> installed() {
        return Optional.ofNullable(System.getProperty("facteur.config"))
                .map(Path::of)
                .filter(Files::exists);
    }

    public Settings settings() {
        return read().settings();
    }

    /** Where the server is that runs with them. */
    ServerLocation server() {
        Optional<Path> named = file();
        if (named.isEmpty()) {
            return SettingsReader.whereaboutsWithoutFile(WITHOUT_FILE.toAbsolutePath());
        }
        try {
            return SettingsReader.whereabouts(named.get());
        } catch (NoSuchFileException e) {
            throw new UsageError("use " + e.getFile() + ": there is no such file or directory");
        } catch (IOException e) {
            throw new UsageError(FailureSentence.of(e));
        }
    }

    /** The settings; {@link UsageError} with every problem when the file has any. */
    SettingsResult.Good read() {
        SettingsReader reader = SettingsReader.ofThisProcess();
        Optional<Path> named = file();
        if (named.isEmpty()) {
            return reader.withoutFile(WITHOUT_FILE.toAbsolutePath());
        }
        return switch (reader.read(named.get())) {
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
