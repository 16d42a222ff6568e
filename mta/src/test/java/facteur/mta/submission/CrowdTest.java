package facteur.mta.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.message.TrackingMode;
import facteur.store.Store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** More connections than memory: content of all together stays bounded. */
class CrowdTest {
    private static final long BUDGET = 1 << 20;
    private static final byte[] BLOCK =
            ("x".repeat(62) + "\r\n").repeat(256).getBytes(StandardCharsets.US_ASCII); // 16 KiB
    private static final byte[] HEADER =
            "From: a@b.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Store store;
    private Submission submission;
    private final List<Intake> intakes = new ArrayList<>();

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        store = Store.open(Store.Options.of(directory));
        submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("crowd.example", 25 << 20, TrackingMode.OFF),
                        _ -> {},
                        () -> false,
                        BUDGET);
    }

    @AfterEach
    void close() {
        intakes.forEach(Intake::abandon);
        store.close();
    }

    private Intake begin() {
        Address to =
                ((AddressParser.Parsed.Mailbox) AddressParser.ascii().parse("to@mx.example"))
                        .address();
        Intake intake =
                submission.begin(
                        new Draft(
                                Credential.of(
                                        CredentialSettings.unrestricted("app", new Secret("x"))),
                                new Envelope(
                                        new ReversePath.Null(),
                                        List.of(new Recipient(to, Set.of(), Optional.empty())),
                                        MailOptions.NONE,
                                        Optional.empty()),
                                "192.0.2.1",
                                "client",
                                "ESMTP"));
        intakes.add(intake);
        return intake;
    }

    private static void feed(Intake intake, byte[] octets, int times) {
        for (int i = 0; i < times; i++) {
            intake.content(octets, octets.length);
        }
    }

    /** Connections that hold what each may hold at any time, until that is too much. */
    private void crowd() {
        while (!submission.isCrowded()) {
            Intake intake = begin();
            feed(intake, HEADER, 1);
            feed(intake, BLOCK, 4); // not beyond the allowance, so that nothing goes to the disk
        }
    }

    @Test
    void in_a_crowd_no_further_message_begins() {
        assertEquals(Optional.empty(), submission.obstacle());
        crowd();
        assertEquals(452, submission.obstacle().orElseThrow().code());
    }

    @Test
    void who_holds_more_than_his_allowance_puts_it_on_disk_and_waits_until_others_let_go()
            throws Exception {
        crowd();
        Intake large = begin();
        feed(large, HEADER, 1);
        feed(large, BLOCK, 5);
        CompletableFuture<?> waiting = large.congestion().orElseThrow();
        assertFalse(waiting.isDone());
        intakes.stream().filter(intake -> intake != large).forEach(Intake::abandon);
        waiting.get();
        assertEquals(Optional.empty(), submission.obstacle());
        feed(large, BLOCK, 5);
        assertInstanceOf(Intake.Verdict.Taken.class, large.end(false).get());
    }

    @Test
    void a_header_without_end_is_dropped_in_a_crowd_and_its_message_refused_for_now()
            throws Exception {
        crowd();
        Intake endless = begin();
        feed(endless, BLOCK, 8);
        assertTrue(endless.congestion().isEmpty(), "what is dropped waits for nothing");
        Intake.Verdict verdict = endless.end(false).get();
        assertEquals(452, assertInstanceOf(Intake.Verdict.Refused.class, verdict).why().code());
    }
}
