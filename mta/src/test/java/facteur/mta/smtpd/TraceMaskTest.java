package facteur.mta.smtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceMaskTest {
    private static final String SECRET = "AGFwcABjb3JyZWN0IGhvcnNl";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AUTH PLAIN %s",
                "auth plain %s",
                "AuTh PlAiN %s",
                " AUTH PLAIN %s",
                "   AUTH PLAIN %s",
                "\tAUTH PLAIN %s",
                "AUTH\tPLAIN\t%s",
                "AUTH \t PLAIN  %s",
                "AUTH  PLAIN %s",
                "AUTH\u00a0PLAIN\u00a0%s",
                "\u00a0AUTH PLAIN %s",
                "\u200bAUTH PLAIN %s",
                "\u2003AUTH PLAIN %s",
                "\ufeffAUTH PLAIN %s",
                "AUTH\u000bPLAIN\u000b%s",
                "AUTH\u0001PLAIN %s",
                "AUTH PLAIN  %s  ",
                "AUTH PLAIN %s trailing",
                "AUTH CRAM-MD5 %s",
                "AUTH %s",
                "AUTHPLAIN %s",
                "AUTH=PLAIN %s",
                "AUTH:PLAIN %s",
                "AUHT PLAIN %s",
                "PLAIN %s",
                "%s",
                " %s",
                "NOOP %s",
                "QUIT %s",
                "RSET\t%s",
                "DATA %s",
                "STARTTLS %s",
                "EHLO client.example %s",
                "HELO\tclient.example\t%s",
                "VRFY %s",
                "XAUTH %s",
                "MAIL %s",
                "RCPT %s",
                "user=app password=%s"
            })
    void no_spelling_shows_a_secret(String spelling) {
        String shown = TraceMask.shown(String.format(spelling, SECRET), false);
        assertFalse(shown.contains(SECRET), shown);
    }

    @Test
    void an_answer_to_a_challenge_is_never_shown() {
        for (String line : new String[] {SECRET, "QUIT", "*", "MAIL FROM:<a@b.example>"}) {
            assertEquals(TraceMask.MASK, TraceMask.shown(line, true));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EHLO client.example",
                "helo [192.0.2.1]",
                "MAIL FROM:<a@b.example> SIZE=10",
                "mail from:<>",
                "RCPT TO:<\"a b\"@c.example> NOTIFY=NEVER",
                "DATA",
                "RSET",
                "NOOP",
                "QUIT",
                "STARTTLS",
                "AUTH",
                "AUTH PLAIN",
                "auth scram-sha-256"
            })
    void commands_without_a_secret_are_shown(String line) {
        assertEquals(line, TraceMask.shown(line, false));
    }

    @Test
    void the_mechanism_is_shown_and_what_follows_it_is_not() {
        assertEquals("AUTH PLAIN ********", TraceMask.shown("AUTH PLAIN " + SECRET, false));
        assertEquals("AUTH PLAIN ********", TraceMask.shown("\tauth\tplain\t=", false));
    }
}
