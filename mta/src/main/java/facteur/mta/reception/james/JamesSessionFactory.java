package facteur.mta.reception.james;

import facteur.config.access.LoginThrottle;
import facteur.mta.reception.SmtpSession;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.PathReader;
import facteur.mta.smtpd.SmtpConnection;
import facteur.mta.submission.Credentials;
import facteur.mta.submission.Submission;

import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.api.handler.ProtocolHandlerChainImpl;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.core.NoopCmdHandler;
import org.apache.james.protocols.smtp.core.QuitCmdHandler;
import org.apache.james.protocols.smtp.core.VrfyCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.StartTlsCmdHandler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Wires the command handlers once, and makes a session for each client. */
public final class JamesSessionFactory {
    private final SequencedDispatcher sequencedDispatcher;
    private final SMTPConfiguration configuration;
    private final String hostname;

    /**
     * Who is kept waiting, and which recipients are out of the question.
     *
     * @param clock for the throttle
     * @param destinations where mail may be sent to
     */
    public record Doorkeeping(
            LoginThrottle throttle, InstantSource clock, AddressPolicy destinations) {
        /**
         * How guesses are slowed down: programs that log in do so with what they were given, and a
         * pool of them with a wrong password fails a few times at once.
         */
        public static final LoginThrottle.Policy GUESSES =
                new LoginThrottle.Policy(
                        20,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        200,
                        1000,
                        Duration.ofHours(1));
    }

    /**
     * @param credentials those in force; asked for each time, since they change
     */
    public JamesSessionFactory(
            Submission submission,
            Supplier<Credentials> credentials,
            Doorkeeping doorkeeping,
            PathReader paths) {
        this.hostname = submission.rules().hostname();
        this.configuration = new Configuration(hostname, submission.rules().maxSize());
        this.sequencedDispatcher = new SequencedDispatcher();
        NoMetrics metrics = new NoMetrics();
        ProtocolHandlerChainImpl chain = new ProtocolHandlerChainImpl();
        chain.addAll(
                List.of(
                        sequencedDispatcher,
                        new HelloCommands.Ehlo(metrics, submission, credentials),
                        new HelloCommands.Helo(metrics, hostname),
                        new StartTlsCmdHandler(),
                        new AuthCommand(credentials, doorkeeping.throttle(), doorkeeping.clock()),
                        new TransactionCommands.Mail(paths, submission, credentials),
                        new TransactionCommands.Rcpt(paths, submission, doorkeeping.destinations()),
                        new TransactionCommands.Data(submission),
                        new TransactionCommands.Rset(),
                        new NoopCmdHandler(),
                        new VrfyCmdHandler(),
                        new QuitCmdHandler(metrics),
                        new UnknownCommand(metrics)));
        try {
            chain.wireExtensibleHandlers();
        } catch (WiringException e) {
            throw new IllegalStateException("wire the command handlers", e);
        }
    }

    /**
     * The session of a client who has just connected.
     *
     * @param content called when content follows
     */
    JamesSession create(SmtpConnection connection, SmtpSession smtpSession, Runnable content) {
        return new JamesSession(
                new JamesTransport(connection, smtpSession),
                configuration,
                sequencedDispatcher,
                connection,
                smtpSession,
                content);
    }

    /** The banner. */
    String greeting() {
        return "220 " + hostname + " ESMTP Facteur";
    }

    private record Configuration(String getHelloName, long getMaxMessageSize)
            implements SMTPConfiguration {
        @Override
        public String getGreeting() {
            return "";
        }

        @Override
        public String getSoftwareName() {
            return "Facteur";
        }

        @Override
        public boolean isRelayingAllowed(String remoteIp) {
            return false;
        }

        @Override
        public boolean isAuthAnnounced(String remoteIp, boolean tlsStarted) {
            return true;
        }

        @Override
        public boolean useHeloEhloEnforcement() {
            return true;
        }

        @Override
        public boolean useAddressBracketsEnforcement() {
            return true;
        }

        @Override
        public boolean isPlainAuthEnabled() {
            return true;
        }

        @Override
        public Optional<OidcSASLConfiguration> saslConfiguration() {
            return Optional.empty();
        }
    }
}
