package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.server.LabServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How long a million addresses take from a file into the views. */
@Tag("bench")
class SuppressionImportBench {
    private static final int ROWS = 1_000_000;

    @TempDir private Path directory;

    @Test
    void a_million_addresses() throws Exception {
        Path list = directory.resolve("million.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("address,cause,why\n");
            for (int i = 0; i < ROWS; i++) {
                out.write("reader" + i * 7919L % ROWS + "@d" + i % 5000 + ".example,complaint,x\n");
            }
        }
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            long begin = System.nanoTime();
            int status =
                    FacteurCommand.commandLine()
                            .execute(
                                    "suppression",
                                    "import",
                                    list.toString(),
                                    "--config",
                                    config.toString());
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertEquals(0, status);
            System.out.printf(
                    "import of %,d suppressions: %.1f s, %,.0f a second%n",
                    ROWS, took.toMillis() / 1000.0, ROWS * 1000.0 / took.toMillis());
        }
    }
}
