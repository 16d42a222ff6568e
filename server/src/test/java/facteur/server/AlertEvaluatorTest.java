package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.Alerts;
import facteur.config.Settings;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.routing.Router;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.JournalEntry;
import facteur.testkit.tls.LabCertificate;
import facteur.tracker.engagement.HitContext;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.netty.TrackerConnections;
import facteur.tracker.netty.TrackerLimits;
import facteur.tracker.recording.Recorder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Alerts over a real store, the watch of refusals, and a disk said to be full. */
class AlertEvaluatorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path directory;
    private Store store;
    private BounceSpikeWatch doubts;
    private Recorder recorder;
    private Duration mailLogLag = Duration.ZERO;
    private Optional<Router.Trouble> trouble = Optional.empty();
    private List<TlsMemory.InClear> inClear = List.of();

    @BeforeEach
    void open() throws IOException {
        InstantSource clock = InstantSource.system();
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
        doubts = new BounceSpikeWatch(store.journal(), List::of, store.folded(), clock);
        recorder =
                new Recorder(
                        store.journal(),
                        new HitPolicy(
                                RobotRules::shipped,
                                tokens ->
                                        Collections.nCopies(
                                                tokens.size(),
                                                new HitContext(
                                                        Optional.empty(), TrackingMode.FULL))),
                        clock);
    }

    @AfterEach
    void close() {
        recorder.close();
        doubts.close();
        store.close();
    }

    private AlertEvaluator desk(long leastOctets, InstantSource clock) {
        return new AlertEvaluator(
                new AlertEvaluator.Parts(
                        () -> Settings.defaults(directory),
                        store,
                        new DiskWatch(directory, leastOctets, 0),
                        doubts,
                        recorder,
                        new TrackerConnections(new TrackerLimits(1, 1, PATIENCE, PATIENCE)),
                        () -> trouble,
                        () -> inClear,
                        RobotRules::shipped,
                        () -> mailLogLag),
                clock);
    }

    private static List<Alerts.Kind> kinds(AlertEvaluator desk) {
        return desk.now().stream().map(Alerts.Alert::kind).toList();
    }

    @Test
    void nothing_is_wrong_until_something_is() {
        assertEquals(List.of(), kinds(desk(1, InstantSource.system())));
        assertEquals(
                List.of(Alerts.Kind.DISK_LOW), kinds(desk(Long.MAX_VALUE, InstantSource.system())));
    }

    @Test
    void a_resolver_in_trouble_and_mail_in_clear_text_are_told() {
        trouble = Optional.of(new Router.Trouble.Silent(Duration.ofMinutes(7), "timed out"));
        inClear =
                List.of(
                        new TlsMemory.InClear("mx1.old.example", Instant.EPOCH, "reset"),
                        new TlsMemory.InClear("mx2.old.example", Instant.EPOCH, "reset"));
        assertEquals(
                List.of(
                        Alerts.Alert.of(Alerts.Kind.RESOLVER_SILENT, "", "timed out", 7),
                        new Alerts.Alert(
                                Alerts.Kind.TLS_IN_CLEAR,
                                "mx1.old.example",
                                "reset",
                                Optional.of(Instant.EPOCH),
                                2)),
                desk(1, InstantSource.system()).now());
        trouble = Optional.of(new Router.Trouble.Denying(12));
        inClear = List.of();
        assertEquals(
                List.of(Alerts.Alert.of(Alerts.Kind.RESOLVER_DENIES, "", "", 12)),
                desk(1, InstantSource.system()).now());
    }

    @Test
    void a_mail_log_that_is_late_is_told() {
        mailLogLag = Duration.ofSeconds(30);
        assertEquals(List.of(), kinds(desk(1, InstantSource.system())));
        mailLogLag = Duration.ofSeconds(95);
        assertEquals(
                List.of(Alerts.Alert.of(Alerts.Kind.MAIL_LOG_LATE, "", "", 95)),
                desk(1, InstantSource.system()).now());
    }

    @Test
    void rules_and_certificates_that_grow_old_are_told() throws Exception {
        Files.createDirectories(directory.resolve("tls"));
        LabCertificate certificate = LabCertificate.of("localhost");
        Files.writeString(directory.resolve("tls/cert.pem"), certificate.certificatePem());
        Instant end = certificate.certificate().getNotAfter().toInstant();
        assertEquals(
                List.of(Alerts.Kind.ROBOT_RULES_OLD, Alerts.Kind.CERTIFICATE_ENDS),
                kinds(desk(1, InstantSource.fixed(end.minus(Duration.ofDays(3))))).stream()
                        .distinct()
                        .toList());
    }

    @Test
    void a_site_that_suddenly_refuses_everybody_is_an_alert_with_its_words() throws Exception {
        List<JournalEntry> entries = new ArrayList<>();
        MailIds ids = new MailIds(0, new MailId(0));
        for (int i = 0; i < 300; i++) {
            boolean refused = i >= 220;
            Disposition disposition =
                    refused
                            ? new Disposition.HardBounce(
                                    new BounceClass(BounceCategory.BAD_MAILBOX, "r"),
                                    answered(550, "5.1.1 no such user here"))
                            : new Disposition.Delivered(answered(250, "2.0.0 OK"));
            entries.add(
                    new JournalEntry.Happened(
                            new DeliveryEvent.Ruled(
                                    ids.next(Instant.now()).recipient(0),
                                    Instant.now(),
                                    1,
                                    disposition,
                                    Optional.of(
                                            new DeliveryEvent.Hop(
                                                    "mx.isp.example",
                                                    "mx1.isp.example",
                                                    "198.51.100.9",
                                                    "a",
                                                    Optional.empty(),
                                                    Duration.ofMillis(1))))));
        }
        store.journal().append(entries).join();
        AlertEvaluator desk = desk(1, InstantSource.system());
        await().atMost(PATIENCE).until(() -> kinds(desk).equals(List.of(Alerts.Kind.REFUSAL_JUMP)));
        Alerts.Alert told = desk.now().getFirst();
        assertEquals("mx.isp.example", told.subject());
        assertTrue(told.detail().contains("no such user here"), told.toString());
    }

    private static Evidence answered(int code, String text) {
        return new Evidence.Answered(Stage.RCPT, Reply.of(code, text));
    }
}
