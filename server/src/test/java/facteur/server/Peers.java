package facteur.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that nobody here wrote. */
public final class Peers {
    private Peers() {}

    /** What a program printed, both streams together, and how it ended. */
    public record Ended(int status, String output) {}

    /**
     * Runs a program to its end; one that takes longer than {@code atMost} is ended and reported.
     */
    public static Ended run(Duration atMost, Path directory, List<String> command)
            throws IOException {
        Path output = Files.createTempFile("peer", ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!ended(process, atMost)) {
            process.destroyForcibly();
            throw new IOException(
                    command + " did not end within " + atMost + ": " + Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static boolean ended(Process process, Duration atMost) {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A file beside the tests' sources. */
    static Path inTests(String name) {
        Path file = Path.of("src/test").resolve(name).toAbsolutePath();
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is not there; run ./test");
        }
        return file;
    }

    /** What stands in a log, for a failure's message. */
    static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** A port for what must be told its port beforehand. */
    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** A program that a test cannot do without; {@code ./test} installs it. */
    public static String needed(String... places) {
        for (String place : places) {
            if (Files.isExecutable(Path.of(place))) {
                return place;
            }
        }
        throw new IllegalStateException(
                "none of " + List.of(places) + " is here; ./test installs what the tests need");
    }
}
