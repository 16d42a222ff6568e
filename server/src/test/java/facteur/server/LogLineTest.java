package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;

import facteur.mail.text.Escaped;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** What a line of the log does to the terminal that shows it. */
class LogLineTest {
    private static final String HOSTILE = "550 \u202egnp\u001b[2J\r\nforged line \u2066x";

    @Test
    void a_message_is_one_line_and_nothing_in_it_acts() {
        LoggerContext context = new LoggerContext();
        PatternLayout layout = LogConfiguration.layout(context);
        LoggingEvent event =
                new LoggingEvent(
                        "x",
                        context.getLogger("facteur.x"),
                        Level.WARN,
                        "reply {}",
                        new IOException("told \u202eonce"),
                        new Object[] {HOSTILE});
        String text = layout.doLayout(event);
        String first = text.lines().findFirst().orElseThrow();
        assertTrue(first.contains("\\u202egnp\\u001b[2J\\u000d\\u000aforged line"), first);
        assertTrue(
                text.codePoints().noneMatch(c -> c != '\n' && c != '\t' && Escaped.acts(c)), text);
        assertEquals(2, text.split("told ", -1).length, "the failure is told once: " + text);
    }
}
