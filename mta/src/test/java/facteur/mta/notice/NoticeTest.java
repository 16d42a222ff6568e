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
import facteur.mail.message.Envelope;
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
import facteur.mta.disposition.BounceRules;
import facteur.mta.feedback.ReturnedMail;
import facteur.mta.feedback.ReturnedMailReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

class NoticeTest {
    private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");
    private static final MailId ID = new MailId(1L << 40);
    private static final Evidence REPLY =
            new Evidence.Answered(Stage.RCPT, Reply.of(550, "5.1.1 no such user"));
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
                                "",
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
        NoticeSettings settings = new NoticeSettings(when, When.ASKED, Duration.ofHours(4));
        assertEquals(
                wanted,
                NoticePolicy.isWanted(
                        Action.FAILED,
                        envelope(sender(), conditions),
                        recipient(conditions),
                        settings));
        assertTrue(
                !NoticePolicy.isWanted(
                        Action.FAILED,
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
                NoticePolicy.about(ruling(later, AT.plusSeconds(60)), AT, settings));
        assertEquals(
                Optional.of(Action.DELAYED),
                NoticePolicy.about(ruling(later, AT.plus(Duration.ofHours(5))), AT, settings));
        assertEquals(
                Optional.empty(),
                NoticePolicy.about(ruling(new Disposition.Delivered(REPLY), AT), AT, settings));
    }

    @Test
    void a_notice_is_understood_by_those_who_read_such() {
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
        SubmissionEvent.Accepted about =
                new SubmissionEvent.Accepted(
                        ID,
                        AT,
                        "app",
                        "192.0.2.9",
                        envelope(sender(), Set.of(Notify.FAILURE)),
                        facts,
                        100);
        byte[] notice =
                NoticeWriter.write(
                        new Notice(
                                new MailId(2L << 40),
                                AT,
                                "mail.send.example",
                                Action.FAILED,
                                about,
                                ruling(new Disposition.HardBounce(WHY, REPLY), AT),
                                "Subject: Hello\r\nMessage-ID: <1@send.example>\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII),
                                false,
                                Optional.empty()));
        String text = new String(notice, StandardCharsets.UTF_8);
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
        assertTrue(text.lines().allMatch(line -> line.length() <= 998), text);
        ReturnedMail read =
                new ReturnedMailReader(new BounceClassifier(BounceRules.shipped())).read(notice);
        assertEquals("FAILURE", read.kind().name(), read::toString);
        assertTrue(read.toString().contains("alias@b.example"), read::toString);
    }
}
