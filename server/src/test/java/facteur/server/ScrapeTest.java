package facteur.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several who scrape at the same time: two Prometheus, an operator with curl. */
class ScrapeTest {
    private static final int SCRAPES = 200;

    @TempDir private Path directory;

    @Test
    void scrapes_at_the_same_time_are_all_whole() throws Exception {
        List<Future<String>> scrapes = new ArrayList<>();
        try (LabServer facteur = LabServer.start(directory);
                ExecutorService scrapers = Executors.newFixedThreadPool(4)) {
            Callable<String> scrape = () -> facteur.get("/metrics");
            for (int i = 0; i < SCRAPES; i++) {
                scrapes.add(scrapers.submit(scrape));
            }
            for (Future<String> each : scrapes) {
                String metrics = each.get();
                assertTrue(metrics.contains("facteur_certificate_expiry_seconds{"), metrics);
                assertTrue(metrics.contains("facteur_queue_waiting_recipients{"), metrics);
            }
        }
    }
}
