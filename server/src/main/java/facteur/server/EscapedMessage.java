package facteur.server;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

import facteur.mail.text.Escaped;

/** The message of a log line, in one line, and with nothing in it that acts on who reads it. */
public final class EscapedMessage extends MessageConverter {
    /** Logback makes it. */
    public EscapedMessage() {}

    @Override
    public String convert(ILoggingEvent event) {
        return Escaped.line(super.convert(event));
    }
}
