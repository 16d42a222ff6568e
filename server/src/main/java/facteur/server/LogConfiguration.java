package facteur.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;

import facteur.config.LoggingSettings;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What logback does here, said in code: reading it from XML costs each start, and each call of a
 * command, a quarter of a second of processor time. A file named by {@code
 * -Dlogback.configurationFile} has the last word.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfiguration extends ContextAwareBase implements Configurator {
    static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-24logger{0} %escaped%n"
                    + "%replace(%ex{short}){'[\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F\\p{Cf}]', '?'}";

    private static final String NAME = "STDERR";

    private static final List<String> LIBRARIES =
            List.of("org.apache.james", "io.netty", "io.undertow", "org.xnio", "org.jboss");

    /** Logback makes it. */
    public LogConfiguration() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getStatusManager().add(new NopStatusListener());
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        context.getLogger("org.xbill").setLevel(Level.ERROR);
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(
                Level.toLevel(
                        Optional.ofNullable(System.getenv("FACTEUR_LOG")).orElse("INFO"),
                        Level.INFO));
        root.addAppender(standardError(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Changes how the lines look, where they are ours. */
    static void show(ch.qos.logback.classic.Logger root, LoggingSettings.Format format) {
        if (root.getAppender(NAME) instanceof ConsoleAppender<ILoggingEvent> appender) {
            appender.setEncoder(encoder(root.getLoggerContext(), format));
        }
    }

    private static Encoder<ILoggingEvent> encoder(Context context, LoggingSettings.Format format) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(
                switch (format) {
                    case TEXT -> layout(context);
                    case JSON -> new JsonLogLayout();
                });
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.start();
        return encoder;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(Context context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, LoggingSettings.Format.TEXT));
        appender.start();
        return appender;
    }

    static PatternLayout layout(Context context) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("escaped", EscapedMessage::new);
        layout.setPattern(PATTERN);
        layout.start();
        return layout;
    }
}
