package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What it costs to take a message of 4 KiB: Facteur, which has it on disk and folded into its
 * views, beside James' own server, which throws it away. The same load, in turns.
 */
@Tag("bench")
class IngestBench {
    private static final int ROUNDS = 4;
    private static final int REUSED = 40_000;
    private static final int RECONNECTING = 8_000;

    @TempDir private Path directory;

    @Test
    void twenty_connections() throws Exception {
        compare("reused connections", 0, REUSED);
    }

    @Test
    void a_connection_for_each_message() throws Exception {
        compare("one connection per message", 1, RECONNECTING);
    }

    private void compare(String what, int perConnection, int messages) throws Exception {
        try (Child facteur = new Child("facteur", directory.toString());
                Child james = new Child("james")) {
            for (int round = 0; round < ROUNDS; round++) {
                // The first round is for the compilers.
                String prefix = (round == 0 ? "warming: " : "") + what + ", ";
                for (Child server : List.of(facteur, james)) {
                    String figures = load(server, perConnection, messages);
                    System.out.println(prefix + server.name + ": " + figures);
                }
            }
        }
    }

    private static String load(Child server, int perConnection, int messages) throws Exception {
        long cpu = server.cpuMicros();
        LoadReport report =
                LoadSource.run(
                        LoadOptions.to(server.address, messages, 20)
                                .messagesPerConnection(perConnection)
                                .build());
        long spent = server.cpuMicros() - cpu;
        assertEquals(messages, report.acknowledged(), report.toString());
        return String.format(
                Locale.ROOT,
                "%,.0f messages/s, %d us CPU per message",
                report.perSecond(),
                spent / messages);
    }

    /** A server in its own process. */
    private static final class Child implements AutoCloseable {
        private final String name;
        private final Process process;
        private final InetSocketAddress address;

        Child(String... arguments) throws IOException {
            name = arguments[0];
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-XX:+UseG1GC",
                                    "-XX:+UseCompactObjectHeaders",
                                    "-Xmx768m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    IngestServers.class.getName()));
            command.addAll(Stream.of(arguments).toList());
            process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port());
        }

        private int port() throws IOException {
            BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            while (line != null && !line.matches("[0-9]+")) {
                line = out.readLine(); // what a logger says on standard output
            }
            if (line == null) {
                throw new IOException(name + " ended before it listened");
            }
            return Integer.parseInt(line);
        }

        long cpuMicros() {
            return process.info().totalCpuDuration().orElseThrow().toNanos() / 1000;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
