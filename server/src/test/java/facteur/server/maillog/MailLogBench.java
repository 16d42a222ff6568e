package facteur.server.maillog;

import static org.awaitility.Awaitility.await;

import facteur.config.LoggingSettings;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Processor time of the thread of the mail log, for messages of 4 KiB with one recipient that is
 * delivered: two lines each. It does not depend on what else the machine does.
 */
@Tag("bench")
class MailLogBench {
    private static final int MESSAGES = 50_000;

    @TempDir private Path directory;

    @Test
    void a_message_and_its_outcome() throws Exception {
        try (Store store = Store.open(Store.Options.of(directory.resolve("data")))) {
            Position begin = store.journal().durable();
            fill(store);
            for (int round = 0; round < 4; round++) {
                for (LoggingSettings.MailLog where :
                        List.of(
                                new LoggingSettings.MailLog.StandardOutput(),
                                new LoggingSettings.MailLog.InFile(
                                        directory.resolve("mail.log")))) {
                    new Bookmark(directory.resolve("mail-log.position")).keep(begin);
                    System.out.printf(
                            "round %d, %s: %.1f us of processor a message%n",
                            round, where, micros(store, where));
                }
            }
        }
    }

    private double micros(Store store, LoggingSettings.MailLog where) {
        LoggingSettings settings =
                new LoggingSettings(
                        LoggingSettings.Level.INFO,
                        LoggingSettings.Format.TEXT,
                        where,
                        LoggingSettings.Rotation.DEFAULTS);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (MailLog log =
                new MailLog(
                        store,
                        directory,
                        () -> settings,
                        OutputStream.nullOutputStream(),
                        new RefusalSums(),
                        InstantSource.system())) {
            await().atMost(Duration.ofMinutes(5)).until(() -> log.lines() >= 2L * MESSAGES);
            for (long id : threads.getAllThreadIds()) {
                if (threads.getThreadInfo(id).getThreadName().equals("mail-log")) {
                    return threads.getThreadCpuTime(id) / 1e3 / MESSAGES;
                }
            }
        }
        throw new IllegalStateException("no thread of the mail log");
    }

    private static void fill(Store store) {
        byte[] body = new byte[4096];
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < MESSAGES; i++) {
            MailId id = new MailId((long) (i + 1) << 8);
            List<JournalEntry> entries = new ArrayList<>();
            entries.add(
                    new JournalEntry.Message(
                            MailEntriesTest.accepted(id, "u" + i + "@relay.example"),
                            List.of(),
                            body));
            entries.add(
                    new JournalEntry.Happened(
                            new DeliveryEvent.Ruled(
                                    id.recipient(0),
                                    id.at(),
                                    1,
                                    new Disposition.Delivered(
                                            new Evidence.Answered(
                                                    Stage.DOT, Reply.of(250, "2.0.0 ok"))),
                                    Optional.of(
                                            new DeliveryEvent.Hop(
                                                    "mx.example",
                                                    "mx1.example",
                                                    "192.0.2.9",
                                                    "a",
                                                    Optional.empty(),
                                                    Duration.ofMillis(12))))));
            last = store.journal().append(entries);
            if (i % 500 == 499) {
                last.join();
            }
        }
        last.join();
    }
}
