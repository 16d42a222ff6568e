package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Keyring;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.mta.feedback.ReceiverDialogue.Step;
import facteur.mta.smtpd.PathReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

class ReceiverDialogueTest {
    private static final Domain OURS = new Domain("bounces.example");
    private static final TokenSeal SEAL =
            new TokenSeal(Keyring.create(Instant.EPOCH, new SecureRandom()));

    private final FeedbackFigures figures = FeedbackFigures.zero();
    private final ReceiverDialogue dialogue = dialogue(false);

    private ReceiverDialogue dialogue(boolean offersTls) {
        return new ReceiverDialogue(
                "mx.example",
                OURS,
                () -> SEAL,
                new PathReader(AddressParser.ascii()),
                figures,
                offersTls);
    }

    private Step say(String line) {
        return dialogue.line(line.getBytes(StandardCharsets.UTF_8));
    }

    private String code(String line) {
        return switch (say(line)) {
            case Step.Answer(var lines) -> lines.getLast().substring(0, 3);
            case Step.Close(var text) -> text.substring(0, 3);
            case Step.StartTls(var text) -> text.substring(0, 3);
            case Step.Content _ -> "354";
        };
    }

    private static String bounce(int index) {
        RecipientId id = new MailId(99).recipient(index);
        return "<b-" + SEAL.seal(new Token.ReturnPath(id)) + "@bounces.example>";
    }

    private static String leave() {
        Token.Unsubscribe token = new Token.Unsubscribe(new MailId(99).recipient(0));
        return "<u-" + SEAL.sealLocalPart(token) + "@bounces.example>";
    }

    private void from(String sender) {
        assertEquals("250", code("EHLO mx.provider.example"));
        assertEquals("250", code("MAIL FROM:<" + sender + "> SIZE=5000 BODY=8BITMIME"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 250",
        "postmaster@provider.example, 250",
        "MAILER-DAEMON@provider.example, 250",
        "feedback@provider.example, 250",
        "anne@provider.example, 550",
    })
    void a_return_path_takes_reports_and_nothing_from_people(String sender, String code) {
        from(sender);
        assertEquals(code, code("RCPT TO:" + bounce(0)));
    }

    @Test
    void case_may_be_lost_on_the_way() {
        from("");
        assertEquals("250", code("RCPT TO:" + bounce(0).toUpperCase(Locale.ROOT)));
    }

    @Test
    void quotes_are_no_part_of_the_address() {
        from("");
        String quoted = bounce(0).replace("<", "<\"").replace("@", "\"@");
        assertEquals("250", code("RCPT TO:" + quoted), quoted);
        assertEquals("250", code("RCPT TO:<\"Abuse\"@bounces.example>"));
    }

    @Test
    void the_postmaster_is_known_without_a_domain() {
        from("anne@provider.example");
        assertEquals("250", code("RCPT TO:<Postmaster>"));
        assertEquals(
                List.of(new ReturnAddress.RoleAddress("postmaster")),
                assertInstanceOf(Step.Content.class, say("DATA")).to());
        assertEquals("553", code("RCPT TO:<anne>"));
    }

    @Test
    void only_people_unsubscribe() {
        from("");
        assertEquals("550", code("RCPT TO:" + leave()));
        code("RSET");
        assertEquals("250", code("MAIL FROM:<anne@provider.example>"));
        assertEquals("250", code("RCPT TO:" + leave()));
    }

    @Test
    void a_token_for_one_purpose_does_not_serve_another() {
        from("");
        assertEquals("550", code("RCPT TO:" + leave().replace("<u-", "<b-")));
        assertEquals("550", code("RCPT TO:" + bounce(0).replace("<b-", "<u-")));
        assertEquals(2, figures.forged().sum());
    }

    @Test
    void content_is_taken_for_those_who_were_accepted() {
        from("");
        code("RCPT TO:" + bounce(0));
        code("RCPT TO:<nobody@bounces.example>");
        code("RCPT TO:<anne@elsewhere.example>");
        code("RCPT TO:" + bounce(1));
        code("RCPT TO:" + bounce(1));
        List<ReturnAddress> to = assertInstanceOf(Step.Content.class, say("DATA")).to();
        assertEquals(
                List.of(
                        new ReturnAddress.Bounce(new MailId(99).recipient(0)),
                        new ReturnAddress.Bounce(new MailId(99).recipient(1))),
                to);
    }

    @Test
    void commands_out_of_order_are_refused() {
        assertEquals("503", code("MAIL FROM:<>"));
        assertEquals("250", code("HELO x"));
        assertEquals("503", code("RCPT TO:" + bounce(0)));
        assertEquals("503", code("DATA"));
        assertEquals("250", code("MAIL FROM:<>"));
        assertEquals("554", code("DATA"));
        assertEquals("502", code("AUTH PLAIN AGEAYg=="));
    }

    @Test
    void tls_is_offered_once_and_forgets_what_was_said_before() {
        assertTrue(!say("EHLO x").toString().contains("STARTTLS"));
        assertEquals("502", code("STARTTLS"));
        ReceiverDialogue secure = dialogue(true);
        String offer = line(secure, "EHLO mx.provider.example").toString();
        assertTrue(offer.contains("250-STARTTLS"), offer);
        line(secure, "MAIL FROM:<>");
        assertTrue(line(secure, "STARTTLS now").toString().contains("501"));
        assertInstanceOf(Step.StartTls.class, line(secure, "STARTTLS"));
        assertTrue(line(secure, "MAIL FROM:<>").toString().contains("503"), "EHLO anew");
        String again = line(secure, "EHLO mx.provider.example").toString();
        assertTrue(!again.contains("STARTTLS"), again);
        assertTrue(line(secure, "STARTTLS").toString().contains("502"));
    }

    private static Step line(ReceiverDialogue dialogue, String line) {
        return dialogue.line(line.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void who_guesses_is_shown_out_and_recipients_have_a_bound() {
        from("");
        for (int i = 0; i < ReceiverDialogue.MAX_RECIPIENTS; i++) {
            assertEquals("250", code("RCPT TO:" + bounce(i)));
        }
        assertEquals("452", code("RCPT TO:" + bounce(1000)));
        code("RSET");
        code("MAIL FROM:<>");
        Step last = say("NOOP");
        for (int i = 0; i < 50 && !(last instanceof Step.Close); i++) {
            last = say("RCPT TO:<b-" + "a".repeat(29) + "@bounces.example>");
        }
        assertTrue(last instanceof Step.Close, last.toString());
    }
}
