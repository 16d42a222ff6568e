package facteur.mta.reception.james;

import facteur.mta.reception.Sasl;
import facteur.mta.reception.SmtpSession;
import facteur.mta.submission.Credentials;
import facteur.mta.submission.Submission;

import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;

import java.util.function.Supplier;

/** EHLO and HELO in our words: James' name another product, and announce what is not so. */
final class HelloCommands {
    private HelloCommands() {}

    static final class Ehlo extends EhloCmdHandler {
        private final Submission submission;
        private final Supplier<Credentials> credentials;

        Ehlo(MetricFactory metrics, Submission submission, Supplier<Credentials> credentials) {
            super(metrics);
            this.submission = submission;
            this.credentials = credentials;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            SmtpSession smtpSession = JamesSession.of(session).talk();
            Submission.Rules rules = submission.rules();
            smtpSession.greeted(parameters, true);
            session.resetState();
            SMTPResponse response = new SMTPResponse("250", rules.hostname());
            response.appendLine("PIPELINING");
            response.appendLine("SIZE " + smtpSession.maxSize(rules.maxSize()));
            response.appendLine("8BITMIME");
            response.appendLine("SMTPUTF8");
            response.appendLine("DSN");
            if (JamesSession.of(session).client().canStartTls() && !smtpSession.isTls()) {
                response.appendLine("STARTTLS");
            }
            if (!smtpSession.isAuthenticated()
                    && (smtpSession.isTls() || !smtpSession.rules().requireTlsForAuth())) {
                response.appendLine("AUTH " + String.join(" ", Sasl.mechanisms(credentials.get())));
            }
            response.appendLine("ENHANCEDSTATUSCODES");
            return response;
        }
    }

    static final class Helo extends HeloCmdHandler {
        private final String hostname;

        Helo(MetricFactory metrics, String hostname) {
            super(metrics);
            this.hostname = hostname;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            JamesSession.of(session).talk().greeted(parameters, false);
            session.resetState();
            return JamesReplies.of("250 " + hostname);
        }
    }
}
