package facteur.mta.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.NoticeSettings;
import facteur.config.NoticeSettings.When;
import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.Recipient.Notify;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.feedback.ReturnedMail;
import facteur.mta.feedback.ReturnedMailReader;

import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

class DsnTest {
    private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");
    private static final MailId ID = new MailId(1L << 40);
    private static final Evidence REPLY =
            new Evidence.Answered(Stage.RCPT, Reply.of(550, "5.1.1 no such user"));
    private static final Evidence TAKEN =
            new Evidence.Answered(Stage.DOT, Reply.of(250, "2.6.0 queued as 1"));
    private static final MailOptions UTF8 = new MailOptions(true, true, false, false);
    private static final BounceClass WHY = new BounceClass(BounceCategory.BAD_MAILBOX, "test");

    private static Recipient recipient(Set<Notify> notify) {
        return new Recipient(
                new Address("bert", new Domain("mx.example")),
                notify,
                Optional.of("rfc822;alias@b.example"));
    }

    private static Envelope envelope(ReversePath from, Set<Notify> notify) {
        return new Envelope(
                from, List.of(recipient(notify)), MailOptions.NONE, Optional.of("QQ314159"));
    }

    private static ReversePath sender() {
        return new ReversePath.Of(new Address("anne", new Domain("send.example")));
    }

    private static DeliveryEvent.Ruled ruling(Disposition disposition, Instant at) {
        return new DeliveryEvent.Ruled(
                ID.recipient(0),
                at,
                1,
                disposition,
                Optional.of(
                        new DeliveryEvent.Hop(
                                "mx.example",
                                "mx1.mx.example",
                                "192.0.2.1",
                                "a",
                                Optional.empty(),
                                Duration.ofSeconds(1))));
    }

    /** failures setting, NOTIFY of the recipient, whether he is told of a failure. */
    @ParameterizedTest
    @CsvSource({
        "ASKED, '', false",
        "ASKED, FAILURE, true",
        "ASKED, DELAY, false",
        "ASKED, NEVER, false",
        "ALWAYS, '', true",
        "ALWAYS, NEVER, false",
        "ALWAYS, DELAY, false",
        "NEVER, FAILURE, false"
    })
    void a_sender_is_told_when_he_asked_or_the_operator_did(
            When when, String notify, boolean wanted) {
        Set<Notify> conditions =
                Arrays.stream(notify.split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .map(Notify::valueOf)
                        .collect(Collectors.toSet());
        NoticeSettings settings = new NoticeSettings(when, When.ASKED, true, Duration.ofHours(4));
        assertEquals(
                wanted,
                DsnPolicy.isWanted(
                        DsnAction.FAILED,
                        envelope(sender(), conditions),
                        recipient(conditions),
                        settings));
        assertTrue(
                !DsnPolicy.isWanted(
                        DsnAction.FAILED,
                        envelope(new ReversePath.Null(), conditions),
                        recipient(conditions),
                        settings),
                "the null sender never is");
    }

    @Test
    void a_delay_is_told_after_hours_and_a_delivery_never() {
        NoticeSettings settings = NoticeSettings.DEFAULTS;
        Disposition later = new Disposition.Deferred(WHY, REPLY, AT.plusSeconds(600));
        assertEquals(
                Optional.empty(),
                DsnPolicy.about(ruling(later, AT.plusSeconds(60)), false, AT, settings));
        assertEquals(
                Optional.of(DsnAction.DELAYED),
                DsnPolicy.about(ruling(later, AT.plus(Duration.ofHours(5))), false, AT, settings));
        assertEquals(
                Optional.empty(),
                DsnPolicy.about(ruling(new Disposition.Delivered(REPLY), AT), false, AT, settings));
    }

    @Test
    void a_delivery_is_told_when_a_host_took_it_that_sends_no_notices() {
        NoticeSettings on = NoticeSettings.DEFAULTS;
        NoticeSettings off = new NoticeSettings(When.ALWAYS, When.ALWAYS, false, Duration.ZERO);
        DeliveryEvent.Ruled taken = ruling(new Disposition.Delivered(TAKEN), AT);
        assertEquals(Optional.of(DsnAction.RELAYED), DsnPolicy.about(taken, true, AT, on));
        assertEquals(Optional.empty(), DsnPolicy.about(taken, true, AT, off));
        for (Set<Notify> asked : List.of(Set.<Notify>of(), Set.of(Notify.FAILURE))) {
            assertTrue(
                    !DsnPolicy.isWanted(
                            DsnAction.RELAYED, envelope(sender(), asked), recipient(asked), on));
        }
        Set<Notify> success = Set.of(Notify.SUCCESS, Notify.FAILURE);
        assertTrue(
                DsnPolicy.isWanted(
                        DsnAction.RELAYED, envelope(sender(), success), recipient(success), on));
    }

    private static SubmissionEvent.Accepted about(Envelope envelope) {
        MessageFacts facts =
                new MessageFacts(
                        Optional.empty(),
                        "Hello",
                        "anne@send.example",
                        "<1@send.example>",
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        Tracking.OFF,
                        false,
                        List.of());
        return new SubmissionEvent.Accepted(
                ID, AT, "app", "192.0.2.9", envelope, facts, Handling.ORDINARY, 100);
    }

    private static byte[] notice(
            Envelope envelope,
            DsnAction dsnAction,
            Disposition what,
            String original,
            boolean whole)
            throws IOException {
        return notice(envelope, dsnAction, what, original.getBytes(StandardCharsets.UTF_8), whole);
    }

    private static byte[] notice(
            Envelope envelope,
            DsnAction dsnAction,
            Disposition what,
            byte[] original,
            boolean whole)
            throws IOException {
        boolean global = envelope.from().mailbox().orElseThrow().isInternational();
        return DsnWriter.write(
                new Dsn(
                        new MailId(2L << 40),
                        AT,
                        "mail.send.example",
                        dsnAction,
                        about(envelope),
                        ruling(what, AT),
                        ReturnedContent.of(Content.of(original), whole, global),
                        global,
                        Optional.empty()));
    }

    private static Disposition refused(String text) {
        return new Disposition.HardBounce(
                WHY, new Evidence.Answered(Stage.RCPT, Reply.of(550, text)));
    }

    private static Envelope asking(Notify condition) {
        return envelope(sender(), Set.of(condition));
    }

    /** The parts as mime4j, which nobody here wrote, reads them: type and decoded text. */
    private static List<String> parts(byte[] notice) throws IOException {
        Message read = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(notice));
        assertEquals("multipart/report", read.getMimeType());
        List<String> parts = new ArrayList<>();
        for (Entity part : ((Multipart) read.getBody()).getBodyParts()) {
            parts.add(part.getMimeType() + "\n" + text(part));
        }
        assertEquals(3, parts.size(), parts::toString);
        return parts;
    }

    private static String text(Entity part) throws IOException {
        return switch (part.getBody()) {
            case Message inner -> inner.getSubject() + "\n" + text(inner);
            case SingleBody single -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                single.writeTo(out);
                yield out.toString(StandardCharsets.UTF_8);
            }
            default -> throw new AssertionError("what is " + part.getBody());
        };
    }

    private static String ascii(byte[] notice) {
        String text = new String(notice, StandardCharsets.ISO_8859_1);
        assertTrue(text.chars().allMatch(c -> c < 0x80), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 998), text);
        return text;
    }

    @Test
    void a_notice_is_understood_by_those_who_read_such() throws IOException {
        byte[] notice =
                notice(
                        asking(Notify.FAILURE),
                        DsnAction.FAILED,
                        new Disposition.HardBounce(WHY, REPLY),
                        "Subject: Hello\r\nMessage-ID: <1@send.example>\r\n\r\nx\r\n",
                        false);
        String text = ascii(notice);
        for (String line :
                List.of(
                        "Reporting-MTA: dns; mail.send.example",
                        "Original-Envelope-Id: QQ314159",
                        "Original-Recipient: rfc822; alias@b.example",
                        "Final-Recipient: rfc822; bert@mx.example",
                        "Action: failed",
                        "Status: 5.1.1",
                        "Remote-MTA: dns; mx1.mx.example",
                        "Diagnostic-Code: smtp; 550 5.1.1 no such user",
                        "Auto-Submitted: auto-replied",
                        "Content-Type: text/rfc822-headers")) {
            assertTrue(text.contains("\r\n" + line + "\r\n"), line + " in " + text);
        }
        ReturnedMail read =
                new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()))
                        .read(notice);
        assertEquals("FAILURE", read.kind().name(), read::toString);
        assertTrue(read.toString().contains("alias@b.example"), read::toString);
    }

    /** The reply comes as Latin-1 over the wire; it is text by the time that it is told. */
    @Test
    void a_reply_and_a_message_of_8_bits_are_told_in_ascii_alone() throws IOException {
        String original =
                "From: Émile <a@send.example>\r\nSubject: Été\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\nÀ la plage, =3D\r\n";
        byte[] notice =
                notice(
                        asking(Notify.FAILURE),
                        DsnAction.FAILED,
                        refused("5.1.1 Boîte inconnue été"),
                        original,
                        true);
        String text = ascii(notice);
        assertTrue(
                text.contains("\r\nDiagnostic-Code: smtp; 550 5.1.1 Boite inconnue ete\r\n"), text);
        List<String> parts = parts(notice);
        assertTrue(parts.get(0).contains("550 5.1.1 Boîte inconnue été"), parts.get(0));
        assertTrue(parts.get(1).startsWith("message/delivery-status"), parts.get(1));
        assertTrue(parts.get(2).startsWith("message/rfc822\nÉté\nÀ la plage, =3D"), parts.get(2));
    }

    @Test
    void of_a_signed_message_of_8_bits_the_header_goes_back_and_it_says_why() throws IOException {
        String original =
                "Subject: Été\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/signed; boundary=b; protocol=\"x/y\"\r\n\r\n"
                        + "--b\r\n\r\nÉté\r\n--b\r\nContent-Type: x/y\r\n\r\nx\r\n--b--\r\n";
        byte[] notice =
                notice(asking(Notify.FAILURE), DsnAction.FAILED, refused("no"), original, true);
        ascii(notice);
        List<String> parts = parts(notice);
        assertTrue(parts.get(0).contains("Only its header is returned"), parts.get(0));
        assertTrue(parts.get(0).contains("signed"), parts.get(0));
        assertTrue(parts.get(2).startsWith("text/rfc822-headers\nSubject: Été"), parts.get(2));
    }

    @Test
    void a_header_in_some_other_charset_goes_back_octet_for_octet() throws IOException {
        byte[] original =
                "Subject: \u00c9t\u00e9\r\n\r\nx\r\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] notice =
                notice(asking(Notify.DELAY), DsnAction.FAILED, refused("no"), original, false);
        String text = ascii(notice);
        assertTrue(text.contains("text/rfc822-headers; charset=unknown-8bit\r\n"), text);
        assertTrue(text.contains("\r\nSubject: =C9t=E9\r\n"), text);
    }

    @Test
    void a_message_that_is_too_large_to_go_back_says_so() throws IOException {
        String original = "Subject: x\r\n\r\n" + "0123456789\r\n".repeat(6000);
        byte[] notice =
                notice(asking(Notify.FAILURE), DsnAction.FAILED, refused("no"), original, true);
        assertTrue(parts(notice).get(0).contains("more than 65536 octets"));
        assertEquals("text/rfc822-headers\nSubject: x\r\n\r\n", parts(notice).get(2));
    }

    @Test
    void a_recipient_beyond_ascii_is_named_in_ascii_to_a_sender_within() throws IOException {
        Recipient zoe =
                new Recipient(
                        new Address("zoé", new Domain("mx.example")),
                        Set.of(Notify.FAILURE),
                        Optional.of("utf-8;zoé@b.example"));
        byte[] notice =
                notice(
                        new Envelope(sender(), List.of(zoe), UTF8, Optional.empty()),
                        DsnAction.FAILED,
                        refused("no such user zoé"),
                        "Subject: Été\r\n\r\nx\r\n",
                        true);
        String text = ascii(notice);
        assertTrue(text.contains("\r\nFinal-Recipient: utf-8; zo\\x{E9}@mx.example\r\n"), text);
        assertTrue(text.contains("\r\nOriginal-Recipient: utf-8; zo\\x{E9}@b.example\r\n"), text);
        assertTrue(parts(notice).get(0).contains("<zoé@mx.example>"), text);
        ReturnedMail read =
                new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()))
                        .read(notice);
        assertTrue(read.toString().contains("zoé@"), read::toString);
    }

    @Test
    void a_sender_beyond_ascii_gets_the_global_form() throws IOException {
        ReversePath from = new ReversePath.Of(new Address("émile", new Domain("send.example")));
        byte[] notice =
                notice(
                        new Envelope(
                                from,
                                List.of(recipient(Set.of(Notify.FAILURE))),
                                UTF8,
                                Optional.empty()),
                        DsnAction.FAILED,
                        refused("inconnu à cette adresse"),
                        "Subject: Été\r\n\r\nx\r\n",
                        false);
        String text = new String(notice, StandardCharsets.UTF_8);
        for (String line :
                List.of(
                        "To: <émile@send.example>",
                        "Content-Type: message/global-delivery-status",
                        "Final-Recipient: rfc822; bert@mx.example",
                        "Diagnostic-Code: smtp; 550 inconnu à cette adresse",
                        "Content-Type: message/global-headers",
                        "Subject: Été")) {
            assertTrue(text.contains("\r\n" + line + "\r\n"), line + " in " + text);
        }
    }

    @Test
    void what_a_relayed_message_met_is_told_with_a_positive_status() throws IOException {
        byte[] notice =
                notice(
                        asking(Notify.SUCCESS),
                        DsnAction.RELAYED,
                        new Disposition.Delivered(TAKEN),
                        "Subject: x\r\n\r\nbody\r\n",
                        false);
        String text = ascii(notice);
        assertTrue(text.contains("\r\nAction: relayed\r\nStatus: 2.6.0\r\n"), text);
        assertTrue(text.contains("\r\nDiagnostic-Code: smtp; 250 2.6.0 queued as 1\r\n"), text);
        assertTrue(parts(notice).get(0).contains("sends no notices"), text);
    }
}
