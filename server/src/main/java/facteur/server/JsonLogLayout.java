package facteur.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;

import facteur.server.maillog.LineFormat;
import facteur.server.maillog.LogEntry;

/** The log of the program as an object of JSON a line, with the same names as the mail log. */
final class JsonLogLayout extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
        IThrowableProxy failure = event.getThrowableProxy();
        return LineFormat.JSON.line(
                LogEntry.of(event.getInstant(), "log")
                        .text("level", event.getLevel().toString())
                        .text("logger", event.getLoggerName())
                        .text("thread", event.getThreadName())
                        .text("message", event.getFormattedMessage())
                        .text(
                                "failure",
                                failure == null ? "" : ThrowableProxyUtil.asString(failure))
                        .build());
    }
}
