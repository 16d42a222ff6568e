package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

class ReturnedMailPolicyTest {
    private static final RecipientId ID = new RecipientId(new MailId(7), 0);
    private static final Address ANNE = new Address("anne", new Domain("shop.example"));
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    private FeedbackEvent judge(String mail) {
        ReturnedMail read = reader.read(mail.getBytes(StandardCharsets.UTF_8));
        return ReturnedMailPolicy.judge(read, ID, ANNE, NOW, "<r@x>");
    }

    private static String report(String fields) {
        return """
        From: MAILER-DAEMON@mx.example
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        %s
        --b--
        """
                .formatted(fields);
    }

    private FeedbackEvent.Bounced bounced(String fields) {
        return assertInstanceOf(FeedbackEvent.Bounced.class, judge(report(fields)));
    }

    private static String failed(String original, String last) {
        return """
        Original-Recipient: rfc822; %s
        Final-Recipient: rfc822; %s
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 user unknown\
        """
                .formatted(original, last);
    }

    @Test
    void his_own_mailbox_that_is_unknown_is_a_hard_bounce() {
        FeedbackEvent.Bounced event = bounced(failed("anne@shop.example", "Anne@Shop.example"));
        assertTrue(event.hard());
        assertFalse(event.forwarded());
        assertTrue(event.evidence().toString().contains("user unknown"));
    }

    @Test
    void a_mailbox_that_his_mail_was_forwarded_to_says_nothing_of_his() {
        assertTrue(bounced(failed("anne@shop.example", "anne.private@gmail.com")).forwarded());
        assertTrue(bounced(failed("anne@shop.example", "anne@gmail.com")).forwarded());
        assertTrue(bounced(failed("bert@other.example", "bert@other.example")).forwarded());
    }

    @ParameterizedTest
    @CsvSource({
        "anne@shop.example, anne@mx1.shop.example, true",
        "anne@shop.example, ANNE+news@shop.example, true",
        "anne@shop.example, anne@shop.mail.onmicrosoft.com, true",
        "anne@shop.example, anne@gmail.com, false",
        "anne@shop.example, bert@shop.example, false",
        "anne@shop.example, anne@bookshop.example, false",
    })
    void a_rewritten_address_is_the_same_mailbox(String ours, String theirs, boolean same) {
        assertEquals(same, ReturnedMailPolicy.isSameMailbox(theirs, ours));
    }

    @Test
    void a_full_mailbox_is_soft() {
        assertFalse(
                bounced(
                                failed("anne@shop.example", "anne@shop.example")
                                        .replace("5.1.1", "5.2.2")
                                        .replace("user unknown", "mailbox full"))
                        .hard());
    }

    @ParameterizedTest
    @CsvSource({"delayed, delayed", "relayed, delivered", "delivered, delivered"})
    void what_is_no_failure_is_only_noted(String action, String kind) {
        FeedbackEvent event =
                judge(
                        report(
                                failed("anne@shop.example", "anne@shop.example")
                                        .replace("Action: failed", "Action: " + action)));
        assertEquals(kind, assertInstanceOf(FeedbackEvent.Noted.class, event).kind());
    }

    @ParameterizedTest
    @CsvSource({"abuse, true", "fraud, true", "auth-failure, false", "not-spam, false"})
    void only_a_readers_complaint_is_one(String type, boolean complains) {
        FeedbackEvent event =
                judge(
                        """
                        From: fbl@mx.example
                        Content-Type: multipart/report; report-type=feedback-report; boundary=b

                        --b
                        Content-Type: message/feedback-report

                        Feedback-Type: %s
                        Version: 1
                        --b--
                        """
                                .formatted(type));
        assertEquals(complains, event instanceof FeedbackEvent.Complained);
    }
}
