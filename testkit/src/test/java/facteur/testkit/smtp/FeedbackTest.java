package facteur.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

class FeedbackTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private ProviderSimulator relay;
    private ProviderSimulator provider;

    @BeforeEach
    void start() throws IOException {
        relay = ProviderSimulator.start(ProviderOptions.of("plain"));
        provider =
                ProviderSimulator.start(
                        ProviderOptions.with("orange")
                                .feedbackRelay(relay.address())
                                .feedbackAfter(Duration.ofMillis(1))
                                .build());
    }

    @AfterEach
    void stop() {
        provider.close();
        relay.close();
    }

    private TakenMessage answerTo(String recipient) throws IOException {
        String mail =
                """
                From: news@send.lab
                Subject: News
                Message-ID: <n1@send.lab>
                X-Campaign: c1

                Body.
                """
                        .replace("\n", "\r\n");
        ServerReply reply =
                MessageSender.deliver(
                        provider.address(),
                        "mta.lab",
                        "b+token@bounces.lab",
                        recipient,
                        mail.getBytes(StandardCharsets.UTF_8));
        assertEquals(250, reply.code());
        return relay.log().awaitFor("b+token@bounces.lab", SOON);
    }

    @Test
    void a_bounce_is_a_delivery_status_notification_from_the_null_sender() throws IOException {
        TakenMessage bounce = answerTo("bounce.1@orange.lab");
        assertEquals("", bounce.mailFrom());
        assertTrue(
                bounce.header("Content-Type")
                        .orElseThrow()
                        .contains("report-type=delivery-status"));
        assertTrue(bounce.text().contains("\r\nFinal-Recipient: rfc822; bounce.1@orange.lab\r\n"));
        assertTrue(bounce.text().contains("\r\nStatus: 5.1.1\r\n"));
        assertTrue(bounce.text().contains("OFR_416"));
        assertTrue(bounce.text().contains("\r\nX-Campaign: c1\r\n"));
    }

    @Test
    void a_complaint_is_an_abuse_report_with_the_original() throws IOException {
        TakenMessage complaint = answerTo("complain@orange.lab");
        assertTrue(
                complaint
                        .header("content-type")
                        .orElseThrow()
                        .contains("report-type=feedback-report"));
        assertTrue(complaint.text().contains("\r\nFeedback-Type: abuse\r\n"));
        assertTrue(complaint.text().contains("\r\nMessage-ID: <n1@send.lab>\r\n"));
    }

    @Test
    void an_automatic_reply_says_that_it_is_one() throws IOException {
        TakenMessage vacation = answerTo("autoreply@orange.lab");
        assertEquals("auto-replied", vacation.header("Auto-Submitted").orElseThrow());
        assertEquals("<n1@send.lab>", vacation.header("In-Reply-To").orElseThrow());
    }
}
