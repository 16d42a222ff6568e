package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import facteur.mail.status.Status;
import facteur.mta.feedback.BounceSpikeWatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/** A site that took our mail begins to answer everybody that there is no such mailbox. */
class RefusalJumpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String JUMPS = "facteur_suppression_jumps";

    @TempDir private Path directory;

    @Test
    void its_bounces_suppress_nobody_and_an_alert_stands_until_it_takes_mail_again()
            throws Exception {
        ListAppender<ILoggingEvent> log = listen();
        try (LabServer facteur = LabServer.start(directory)) {
            send(facteur, "ok", 0, 160, Status.SENT);
            // One dead address among living ones is believed.
            send(facteur, "unknown", 0, 1, Status.HARD_BOUNCE);
            await().atMost(PATIENCE).until(() -> isSuppressed(facteur, 0));
            assertEquals(0, figure(facteur, JUMPS));

            send(facteur, "unknown", 100, 140, Status.HARD_BOUNCE);
            awaitDoubted(facteur, 41);
            for (int i = 100; i < 140; i++) {
                assertTrue(!isSuppressed(facteur, i), "unknown-" + i);
            }
            assertEquals(1, figure(facteur, JUMPS));
            assertEquals(1, figure(facteur, "facteur_suppression_alarms_total"));
            String alerts = facteur.get("/api/v1/alerts");
            for (String part : new String[] {"refusal_jump", "gmail", "5.1.1", "\"count\":41"}) {
                assertTrue(alerts.replaceAll("\\s", "").contains(part), alerts);
            }
            assertTrue(
                    log.list.stream()
                            .anyMatch(e -> e.getFormattedMessage().contains("bounce spike")),
                    "a warning is logged");

            // Whoever was refused is written to again, and again it is not believed.
            send(facteur, "unknown", 100, 101, Status.HARD_BOUNCE);
            awaitDoubted(facteur, 42);
            assertTrue(!isSuppressed(facteur, 100));

            facteur.restart();
            await().atMost(PATIENCE).until(() -> figure(facteur, JUMPS) == 1);
            send(facteur, "unknown", 200, 203, Status.HARD_BOUNCE);
            awaitDoubted(facteur, 3);
            assertTrue(!isSuppressed(facteur, 202), "a restart changes nothing");

            send(facteur, "ok", 200, 250, Status.SENT);
            await().atMost(PATIENCE).until(() -> figure(facteur, JUMPS) == 0);
            send(facteur, "unknown", 300, 301, Status.HARD_BOUNCE);
            await().atMost(PATIENCE).until(() -> isSuppressed(facteur, 300));
            assertTrue(!facteur.get("/api/v1/alerts").contains("refusal_jump"));
        }
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        ((Logger) LoggerFactory.getLogger(BounceSpikeWatch.class)).addAppender(appender);
        return appender;
    }

    private static String address(String behaviour, int number) {
        return behaviour + "-" + number + "@gmail.lab";
    }

    private static boolean isSuppressed(LabServer facteur, int number) {
        return !facteur.suppressions(address("unknown", number)).isEmpty();
    }

    private static void send(LabServer facteur, String behaviour, int from, int to, Status ends)
            throws Exception {
        for (int first = from; first < to; first += 40) {
            String[] addresses =
                    IntStream.range(first, Math.min(to, first + 40))
                            .mapToObj(i -> address(behaviour, i))
                            .toArray(String[]::new);
            WholePathTest.submit(facteur, "spring", addresses);
        }
        await().atMost(PATIENCE)
                .until(
                        () ->
                                IntStream.range(from, to)
                                        .mapToObj(i -> facteur.latest(address(behaviour, i)))
                                        .allMatch(
                                                row ->
                                                        row.filter(r -> r.status(false) == ends)
                                                                .isPresent()));
    }

    /** Waits until so many hard bounces have been taken back, and that is seen. */
    private static void awaitDoubted(LabServer facteur, long count) throws Exception {
        await().atMost(PATIENCE)
                .until(() -> figure(facteur, "facteur_suppression_doubted_total") >= count);
        var store = facteur.server().store();
        assertTrue(store.awaitFoldedUntil(store.journal().durable(), PATIENCE));
    }

    private static long figure(LabServer facteur, String name) throws Exception {
        return facteur.get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }
}
