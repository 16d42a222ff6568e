package facteur.mta.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Content;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.message.TrackingMode;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.Store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands in a header and is no field: for the next reader the header would end there. */
class HeaderLinesTest {
    private static final String MESSAGE =
            "From: a@b.example\r\nDate: Mon, 30 Nov 2026 06:00:00 +0000\r\n"
                    + "Message-ID: <1@b.example>\r\n\r\nFrom the start\r\n";

    private Store store;
    private Submission submission;
    private final List<QueuedRecipient> queued = new ArrayList<>();

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        store = Store.open(Store.Options.of(directory));
        submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("mail.example", 25 << 20, TrackingMode.OFF),
                        queued::addAll,
                        () -> false);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Intake.Verdict submit(String message) throws Exception {
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
        byte[] octets = message.getBytes(StandardCharsets.ISO_8859_1);
        intake.content(octets, octets.length);
        return intake.end(false).get();
    }

    private String stored() throws IOException {
        Content content =
                store.journal().message(queued.getFirst().position()).orElseThrow().content();
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "From alice@b.example Mon Nov 30 06:00:00 2026\r\n",
                ">From alice@b.example Mon Nov 30 06:00:00 2026\r\n",
                "From alice@b.example\r\n>From bob@b.example\r\n"
            })
    void a_line_of_a_mailbox_file_is_dropped_at_the_start(String lines) throws Exception {
        for (String body : List.of("", "x".repeat(70).concat("\r\n").repeat(8000))) {
            queued.clear();
            assertInstanceOf(Intake.Verdict.Taken.class, submit(lines + MESSAGE + body));
            String stored = stored();
            assertTrue(stored.startsWith("Received: from client "), stored.substring(0, 80));
            String rest = stored.substring(stored.indexOf("\r\nFrom:") + 2);
            assertEquals(MESSAGE + body, rest);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Note this has no colon\r\n",
                "X-Note: x\r\nFrom alice@b.example Mon Nov 30 06:00:00 2026\r\n",
                "From alice@b.example\r\nX-Note this has no colon\r\n",
                ": x\r\n",
                " folded\r\n",
                "X Note: x\r\n",
                "\u00c9t\u00e9: x\r\n"
            })
    void any_other_line_that_is_no_field_is_refused(String lines) throws Exception {
        Intake.Verdict verdict = submit(lines + MESSAGE);
        SubmissionRefusal why = assertInstanceOf(Intake.Verdict.Refused.class, verdict).why();
        assertEquals(554, why.code());
        long line = lines.lines().count();
        assertTrue(
                why.text().startsWith("line " + line + " of the header is no field"), why.text());
        assertEquals(List.of(), queued);
    }

    /** In a body it is carried as it came; some programs would end a field at it. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Note: a\0b\r\n", "X-No\0te: ab\r\n", "Subject: a\r\n \0\r\n"})
    void a_nul_in_the_header_is_refused(String lines) throws Exception {
        Intake.Verdict verdict = submit(lines + MESSAGE);
        SubmissionRefusal why = assertInstanceOf(Intake.Verdict.Refused.class, verdict).why();
        assertEquals(554, why.code());
        assertEquals(List.of(), queued);
        assertInstanceOf(Intake.Verdict.Taken.class, submit(MESSAGE + "a\0b\r\n"));
    }

    @Test
    void a_from_field_without_an_address_is_as_good_as_none() throws Exception {
        Intake.Verdict verdict = submit("From: \r\nSubject: x\r\n\r\n");
        SubmissionRefusal why = assertInstanceOf(Intake.Verdict.Refused.class, verdict).why();
        assertEquals("the message has no From field (RFC 5322 3.6)", why.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"From: ()", "From: <>", "From: (a@b.example)\r\n (c)"})
    void nor_is_one_with_comments_alone(String field) throws Exception {
        Intake.Verdict verdict = submit(field + "\r\nSubject: x\r\n\r\n");
        SubmissionRefusal why = assertInstanceOf(Intake.Verdict.Refused.class, verdict).why();
        assertEquals("the message has no From field (RFC 5322 3.6)", why.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subject", "From", "Sender", "Reply-To"})
    void two_that_people_read_and_that_differ_are_refused(String name) throws Exception {
        String two = name + ": a@b.example\r\n" + name + ": c@d.example\r\n";
        SubmissionRefusal why =
                assertInstanceOf(Intake.Verdict.Refused.class, submit(two + MESSAGE)).why();
        assertEquals(554, why.code());
        assertEquals(
                "the message has several "
                        + name
                        + " fields that differ (RFC 5322 3.6 allows one); send it with one",
                why.text());
        String same = (name + ": a@b.example\r\n").repeat(2);
        assertInstanceOf(Intake.Verdict.Taken.class, submit(same + MESSAGE));
    }

    @Test
    void others_are_taken_and_noted() throws Exception {
        String more = "Date: x\r\nMessage-ID: <2@b.example>\r\nTo: a@b\r\nTo: c@d\r\n";
        assertInstanceOf(Intake.Verdict.Taken.class, submit(more + MESSAGE));
        assertEquals(
                List.of("repeated to", "repeated date", "repeated message-id"),
                store.journal()
                        .message(queued.getFirst().position())
                        .orElseThrow()
                        .accepted()
                        .facts()
                        .notes());
    }
}
