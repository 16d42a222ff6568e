package facteur.server;

import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.server.cli.Main;
import facteur.testkit.Laboratory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings file of a laboratory's server: changed as a test wants, read, served, asked. */
public final class LabSettings {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path file;

    private LabSettings(Path file) {
        this.file = file;
    }

    /** Writes {@code facteur.yaml}, as {@link LabServer} has it, into the directory. */
    static LabSettings in(Path directory, Laboratory lab) throws IOException {
        LabServer.settings(directory, lab, "");
        return new LabSettings(directory.resolve("facteur.yaml"));
    }

    /** What a file says, which must be without a fault. */
    public static SettingsResult.Good read(Path file) throws IOException {
        return switch (SettingsReader.ofThisProcess().read(file)) {
            case SettingsResult.Good good -> good;
            case SettingsResult.Bad(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }

    LabSettings replace(String from, String to) throws IOException {
        String text = Files.readString(file);
        if (!text.contains(from)) {
            throw new IllegalArgumentException("no " + from + " in " + text);
        }
        Files.writeString(file, text.replace(from, to));
        return this;
    }

    LabSettings add(String line) throws IOException {
        Files.writeString(file, Files.readString(file) + line + "\n");
        return this;
    }

    /** With a fixed port for the Admin, where the command line finds it. */
    LabSettings reachable() throws IOException {
        replace(
                "admin: { listen: \"127.0.0.1:0\"",
                "admin: { listen: \"127.0.0.1:" + Peers.freePort() + "\"");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return this;
    }

    SettingsResult.Good read() throws IOException {
        return read(file);
    }

    Server serve() throws IOException {
        return Server.start(read(), file);
    }

    /** Runs {@code facteur} with these settings, as an operator does, to its end. */
    Peers.Ended facteur(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", file.toString()));
        return Peers.run(
                PATIENCE,
                file.resolveSibling("."),
                ServeProcess.command(Main.class, List.of("-XX:TieredStopAtLevel=1"), all));
    }
}
