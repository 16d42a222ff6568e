package facteur.mta.smtpd.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.access.Admission;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.token.Keyring;
import facteur.mail.token.TokenSeal;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.feedback.BounceProcessor;
import facteur.mta.feedback.FeedbackFigures;
import facteur.mta.feedback.ReturnBudget;
import facteur.mta.feedback.ReturnedMailDialogue;
import facteur.mta.smtpd.PathReader;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.trace.Trace;
import facteur.store.Store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What strangers cost where returned mail comes to. */
class ReturnCostTest {
    private static final String LINE = "x".repeat(78) + "\r\n";
    private static final String ENVELOPE =
            "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<abuse@bounces.example>\r\nDATA\r\n";
    private static final long BOUND = (64 << 10) + (8 << 10);

    @TempDir private Path directory;

    private final Admission admission = new Admission();
    private final ReturnBudget budget =
            new ReturnBudget(new ReturnBudget.Limits(2 << 20, 1 << 20, 1 << 10));
    private final List<Runnable> taken = new ArrayList<>();
    private Store store;
    private SmtpService service;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(Store.Options.of(directory));
        TokenSeal seal = new TokenSeal(Keyring.create(Instant.EPOCH, new SecureRandom()));
        BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());
        ReturnedMailDialogue.Factory receiver =
                new ReturnedMailDialogue.Factory(
                        "mx.example",
                        new Domain("bounces.example"),
                        new PathReader(AddressParser.ascii()),
                        new BounceProcessor(
                                store,
                                () -> classifier,
                                () -> seal,
                                InstantSource.system(),
                                FeedbackFigures.zero()),
                        budget,
                        taken::add);
        service =
                new SmtpService(
                        "returned mail",
                        receiver,
                        admission,
                        () -> ReturnedMailDialogue.Factory.LIMITS,
                        Optional::empty,
                        Timeouts.RETURNED_MAIL,
                        new Trace(InstantSource.system()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private DeafChannel connect(String client) {
        DeafChannel channel =
                new DeafChannel(
                        client,
                        new ConnectionHandler(SmtpService.Security.STARTTLS, false, service));
        assertTrue(channel.said().startsWith("220 "));
        return channel;
    }

    private void read() {
        List.copyOf(taken).forEach(Runnable::run);
        taken.clear();
    }

    @Test
    void a_client_that_never_reads_is_not_read_either() {
        DeafChannel channel = connect("192.0.2.1");
        channel.deaf(true);
        long read = channel.sendWhileRead("EHLO x\r\n".repeat(10), 64 << 20);
        System.out.println(
                "never reading: " + read + " octets read, " + channel.waiting() + " wait");
        assertTrue(channel.waiting() < BOUND, channel.waiting() + " octets wait");
        assertTrue(read < 64 << 10, read + " octets were read");
        channel.after(61);
        channel.after(3);
        assertFalse(channel.isOpen());
    }

    @Test
    void silence_and_one_octet_a_second_end_after_a_minute() {
        DeafChannel silent = connect("192.0.2.1");
        DeafChannel slow = connect("192.0.2.2");
        DeafChannel busy = connect("192.0.2.3");
        for (int second = 0; second < 60; second++) {
            slow.say("E");
            busy.say("NOOP\r\n");
            List.of(silent, slow, busy).forEach(channel -> channel.after(1));
        }
        for (DeafChannel channel : List.of(silent, slow, busy)) {
            assertTrue(channel.said().endsWith("421 4.4.2 Timeout\r\n"));
            assertFalse(channel.isOpen());
        }
        assertEquals(0, admission.count());
    }

    @Test
    void who_brings_something_has_the_times_of_rfc_5321() {
        DeafChannel channel = connect("192.0.2.1");
        channel.say("EHLO x\r\nMAIL FROM:<>\r\n");
        channel.after(299);
        assertTrue(channel.isOpen());
        channel.after(2);
        assertFalse(channel.isOpen());
    }

    @Test
    void content_at_one_octet_a_second_ends_after_half_an_hour() {
        DeafChannel channel = connect("192.0.2.1");
        channel.say(ENVELOPE);
        for (int second = 0; second < 1801; second++) {
            if (channel.isOpen()) {
                channel.say(second % 70 == 69 ? "\r\n" : "x");
                channel.after(1);
            }
        }
        assertFalse(channel.isOpen());
        assertEquals(0, budget.held());
    }

    @Test
    void silent_connections_give_way() {
        List<DeafChannel> silent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (int network = 1; network <= 5; network++) {
                silent.add(connect("198.51." + network + ".1"));
            }
        }
        DeafChannel honest = connect("192.0.2.1");
        silent.forEach(DeafChannel::runPendingTasks);
        assertTrue(silent.stream().filter(DeafChannel::isOpen).count() <= 150);
        honest.say(ENVELOPE);
        assertTrue(honest.said().contains("354 "));
        honest.say("Subject: x\r\n\r\nx\r\n.\r\n");
        read();
        honest.runPendingTasks();
        assertTrue(honest.said().endsWith("250 2.0.0 Report accepted\r\n"));
    }

    @Test
    void what_is_being_recorded_at_a_shutdown_is_answered_first() {
        DeafChannel channel = connect("192.0.2.1");
        channel.say(ENVELOPE + "Subject: x\r\n\r\nx\r\n.\r\n");
        channel.pipeline().fireUserEventTriggered(ConnectionHandler.SHUTDOWN);
        assertTrue(channel.isOpen());
        read();
        channel.runPendingTasks();
        String said = channel.said();
        assertTrue(said.contains("250 2.0.0 Report accepted\r\n421 4.3.2 "), said);
        assertFalse(channel.isOpen());
    }

    @Test
    void a_network_brings_so_much_and_is_told_to_come_back() {
        DeafChannel channel = connect("192.0.2.1");
        String mail = "Subject: x\r\n\r\n" + LINE.repeat(512 * 13) + ".\r\n";
        for (int i = 0; i < 2; i++) {
            channel.say(ENVELOPE);
            channel.say(mail);
            read();
            channel.runPendingTasks();
            String said = channel.said();
            assertTrue(said.endsWith("250 2.0.0 Report accepted\r\n"), said);
        }
        channel.say(ENVELOPE);
        assertTrue(channel.said().contains("451 4.7.1 too much returned mail"));
        DeafChannel other = connect("198.51.100.1");
        other.say(ENVELOPE);
        assertTrue(other.said().contains("354 "));
    }

    @Test
    void mails_that_arrive_together_share_a_bounded_memory() {
        List<DeafChannel> channels = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            DeafChannel channel = connect("10.1." + i + ".1");
            channel.say(ENVELOPE);
            if (channel.said().contains("354 ")) {
                channels.add(channel);
            }
        }
        for (DeafChannel channel : channels) {
            channel.say("Subject: x\r\n\r\n" + LINE.repeat(512 * 10)); // 400 KiB each
        }
        System.out.println("20 mails of 400 KiB at once: " + budget.held() + " octets are held");
        assertTrue(budget.held() <= 2 << 20, budget.held() + " octets");
        int refused = 0;
        for (DeafChannel channel : channels) {
            channel.say(".\r\n");
            read();
            channel.runPendingTasks();
            refused += channel.said().contains("452 4.3.1") ? 1 : 0;
        }
        assertTrue(refused > 0 && refused < channels.size(), refused + " were refused");
        assertEquals(0, budget.held());
        DeafChannel leaves = connect("10.9.9.1");
        leaves.say(ENVELOPE + LINE.repeat(100));
        assertTrue(budget.held() > 0);
        leaves.close();
        assertEquals(0, budget.held());
    }
}
