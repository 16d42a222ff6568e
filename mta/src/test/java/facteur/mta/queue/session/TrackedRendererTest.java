package facteur.mta.queue.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.Tracking;
import facteur.mail.token.Keyring;
import facteur.mail.token.TokenSeal;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.mta.delivery.Connector;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a copy is for hosts that take less than the message has. */
class TrackedRendererTest {
    private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");
    private static final String HEADER = "From: a@send.example\r\nSubject: Été\r\n\r\nplain\r\n";
    private static final String BODY = "From: a@send.example\r\nSubject: x\r\n\r\nÉté\r\n";
    private static final String BOTH = "From: a@send.example\r\nSubject: Été\r\n\r\nÉté\r\n";
    private static final String SIGNED =
            "From: a@send.example\r\nSubject: Été\r\n"
                    + "Content-Type: multipart/signed; boundary=b\r\n\r\n"
                    + "--b\r\n\r\né\r\n--b\r\n\r\nx\r\n--b--\r\n";

    private final TrackedRenderer renderer =
            new TrackedRenderer(
                    () ->
                            new TrackedRenderer.Tools(
                                    "https://t.send.example",
                                    new TokenSeal(Keyring.create(AT, new SecureRandom())),
                                    DkimSigner.NONE,
                                    Optional.empty(),
                                    new Domain("send.example"),
                                    LinkRules.DEFAULT),
                    InstantSource.fixed(AT));

    private MessageRenderer.Made made(String message, boolean declared, boolean eight, boolean utf8)
            throws IOException {
        SubmissionEvent.Accepted accepted =
                new SubmissionEvent.Accepted(
                        new MailId(1L << 40),
                        AT,
                        "app",
                        "",
                        new Envelope(
                                new ReversePath.Null(),
                                List.of(Recipient.of(new Address("b", new Domain("mx.example")))),
                                new MailOptions(true, declared, false, false),
                                Optional.empty()),
                        new MessageFacts(
                                Optional.empty(),
                                "",
                                "",
                                "",
                                List.of(),
                                Optional.empty(),
                                Map.of(),
                                Tracking.OFF,
                                false,
                                List.of()),
                        Handling.ORDINARY,
                        message.length());
        return renderer.make(
                new Journal.StoredMessage(
                        accepted, Content.of(message.getBytes(StandardCharsets.UTF_8))),
                QueuedRecipient.of(accepted, new Position(1)),
                new Connector.Offer(1, 1, eight, true, utf8, false));
    }

    private static byte[] octets(MessageRenderer.Made made) throws IOException {
        try (InputStream in = made.content().open()) {
            return in.readAllBytes();
        }
    }

    /**
     * The message, whether it was declared SMTPUTF8, what the host takes, and what leaves: whether
     * it is ASCII, asks for SMTPUTF8, and can be taken.
     */
    @ParameterizedTest
    @CsvSource({
        "HEADER, false, false, false, true,  false, true",
        "HEADER, false, true,  false, false, false, true",
        "HEADER, true,  true,  true,  false, true,  true",
        "HEADER, true,  true,  false, true,  false, true",
        "HEADER, true,  false, false, true,  false, true",
        "BODY,   false, false, false, true,  false, true",
        "BODY,   true,  true,  false, false, false, true",
        "BOTH,   true,  true,  false, false, false, true",
        "BOTH,   true,  false, false, true,  false, true",
        "BOTH,   true,  true,  true,  false, true,  true",
        "SIGNED, false, true,  false, false, false, true",
        "SIGNED, true,  true,  false, false, false, true",
        "SIGNED, false, false, false, false, false, false"
    })
    void a_copy_has_no_more_bits_than_its_host_takes(
            String which,
            boolean declared,
            boolean eight,
            boolean utf8,
            boolean ascii,
            boolean asks,
            boolean taken)
            throws IOException {
        String message =
                switch (which) {
                    case "HEADER" -> HEADER;
                    case "BODY" -> BODY;
                    case "BOTH" -> BOTH;
                    default -> SIGNED;
                };
        MessageRenderer.Made made = made(message, declared, eight, utf8);
        byte[] sent = octets(made);
        boolean is = true;
        for (byte octet : sent) {
            is &= octet >= 0;
        }
        assertEquals(ascii, is, new String(sent, StandardCharsets.UTF_8));
        assertEquals(!ascii, made.transaction().eightBit(), "BODY=8BITMIME says so");
        assertEquals(asks, made.transaction().options().utf8());
        assertEquals(taken, made.transaction().unchangeable().isEmpty());
        assertEquals(sent.length, made.transaction().size());
    }

    @Test
    void what_cannot_be_changed_says_why() throws IOException {
        assertTrue(
                made(SIGNED, false, false, false)
                        .transaction()
                        .unchangeable()
                        .orElseThrow()
                        .contains("signed"));
    }
}
