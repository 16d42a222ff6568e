package facteur.server;

import static org.awaitility.Awaitility.await;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.Tracking;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.SinkOptions;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A start with a million recipients pending: until the first delivery, and in how much memory. */
@Tag("bench")
class PendingBench {
    private static final int MESSAGES = 1_000;
    private static final int RECIPIENTS = 1_000;
    private static final int DOMAINS = 200;
    private static final byte[] CONTENT =
            "From: load@sender.example\r\nSubject: x\r\n\r\nx\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    @TempDir private Path directory;

    @Test
    void a_million_pending() throws Exception {
        Zone zone = new Zone();
        for (int i = 0; i < DOMAINS; i++) {
            zone.mx("d" + i + ".pending.lab", 10, "mx.d" + i + ".pending.lab");
            zone.a("mx.d" + i + ".pending.lab", "127.0.1." + (i + 1));
        }
        try (CountingSink sink =
                        CountingSink.start(
                                SinkOptions.defaults()
                                        .withListen(new InetSocketAddress("0.0.0.0", 0)));
                LoopbackDns dns = LoopbackDns.start(zone)) {
            Path file = directory.resolve("facteur.yaml");
            Files.writeString(
                    file,
                    """
                    hostname: mail.sender.example
                    data_dir: %s
                    submission: { listeners: [{ address: "127.0.0.1:0", tls: none }] }
                    credentials: [{ user: app, password: "correct horse", campaigns: any }]
                    dns: { servers: ["127.0.0.1:%d"] }
                    delivery: { port: %d, allow_networks: ["127.0.0.0/8"] }
                    tracker: { listen: "127.0.0.1:0" }
                    admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                    """
                            .formatted(
                                    directory.resolve("data"),
                                    dns.address().getPort(),
                                    sink.address().getPort()));
            // Keys, certificate and the first account are made once in a life.
            new ServeProcess(file, List.of()).close();
            fill();
            long start = System.nanoTime();
            try (ServeProcess facteur = new ServeProcess(file, List.of("-Xmx512m"))) {
                double ready = (System.nanoTime() - start) / 1e9;
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> sink.counts().messages() > 0);
                double first = (System.nanoTime() - start) / 1e9;
                double used = facteur.processorTime().toMillis() / 1e3;
                await().atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> sink.counts().recipients() > 100_000);
                double later = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        Locale.ROOT,
                        "%d pending: first delivery %.1f s after the start of the process (ready"
                            + " after %.1f s), %.1f s of processor time until then; 100000 after"
                            + " %.1f s; -Xmx512m, anonymous memory %d MiB, resident with mapped"
                            + " files %d MiB%n",
                        MESSAGES * RECIPIENTS,
                        first,
                        ready,
                        used,
                        later,
                        facteur.anonymousKiB() >> 10,
                        facteur.residentKiB() >> 10);
            }
        }
    }

    private void fill() throws Exception {
        MailIds ids = new MailIds(0, new MailId(0));
        try (Store store = Store.open(Store.Options.of(directory.resolve("data")))) {
            Position last = Position.START;
            for (int m = 0; m < MESSAGES; m++) {
                List<Recipient> recipients = new ArrayList<>();
                for (int r = 0; r < RECIPIENTS; r++) {
                    recipients.add(
                            Recipient.of(
                                    new Address(
                                            "user" + m + "x" + r,
                                            new Domain("d" + r % DOMAINS + ".pending.lab"))));
                }
                MailId id = ids.next(Instant.now());
                SubmissionEvent.Accepted accepted =
                        new SubmissionEvent.Accepted(
                                id,
                                id.at(),
                                "app",
                                "127.0.0.1",
                                Envelope.of(new ReversePath.Null(), recipients),
                                facts(),
                                Handling.ORDINARY,
                                CONTENT.length);
                last =
                        store.journal()
                                .append(
                                        List.of(
                                                new JournalEntry.Message(
                                                        accepted, List.of(), CONTENT)))
                                .join()
                                .getFirst();
            }
            store.awaitFolded(last, Duration.ofMinutes(10));
        }
    }

    private static MessageFacts facts() {
        return new MessageFacts(
                Optional.of("spring"),
                "x",
                "load@sender.example",
                "",
                List.of(),
                Optional.empty(),
                Map.of(),
                Tracking.OFF,
                false,
                List.of());
    }
}
