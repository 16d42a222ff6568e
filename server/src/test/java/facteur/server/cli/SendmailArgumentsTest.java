package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** Command lines of programs that call sendmail. */
class SendmailArgumentsTest {
    private static SendmailArguments of(String line) {
        return SendmailArguments.of(List.of(line.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // PHP; cron of Debian; s-nail; mutt; git send-email; bsd-mailx; apt-listchanges
                "-t -i|true|true|",
                "-FCronDaemon -i -B8BITMIME -oem root|false|true|",
                "-i -f anne@example.org bob@example.org|false|true|anne@example.org",
                "-oem -oi -f anne@example.org -- bob@example.org|false|true|anne@example.org",
                "-i bob@example.org|false|true|",
                "-oi -t|true|true|",
                "-f<anne@example.org> bob@example.org|false|false|anne@example.org",
                "-ti -fanne@example.org|true|true|anne@example.org",
                "-oMrSMTP -odb -oem -om -O IgnoreDots -r anne@example.org"
                        + " bob|false|true|anne@example.org",
                "-bm -v -q15m -N failure,delay -R hdrs -V id7 bob|false|false|",
            })
    void the_usual_callers_are_understood(String line, boolean header, boolean dots, String from) {
        SendmailArguments arguments = of(line);
        assertEquals(header, arguments.headerRecipients());
        assertEquals(dots, arguments.dotsAreContent());
        assertEquals(from == null ? "" : from, arguments.from());
        assertEquals(SendmailArguments.Mode.MESSAGE, arguments.mode());
    }

    @Test
    void recipients_and_notices_are_read() {
        SendmailArguments arguments =
                of("-N failure,delay -R HDRS -V id7 -f <> -- -odd@example.org <b@example.org>");
        assertEquals(List.of("-odd@example.org", "b@example.org"), arguments.recipients());
        assertEquals(List.of("failure", "delay"), arguments.notifyOn());
        assertTrue(arguments.headersOnly() && arguments.nullFrom());
        assertEquals("id7", arguments.envelopeId());
        assertEquals(SendmailArguments.Mode.SMTP, of("-bs").mode());
        assertEquals(SendmailArguments.Mode.QUEUE, of("-bp").mode());
        assertEquals(SendmailArguments.Mode.ALIASES, of("-bi").mode());
    }

    @Test
    void what_is_not_understood_is_refused() {
        for (String line : List.of("-k", "-bd", "-f", "-N sometimes bob")) {
            assertThrows(UsageError.class, () -> of(line), line);
        }
    }
}
