package facteur.mta.reception.james;

import facteur.mta.reception.Talk;
import facteur.mta.submission.Submission;

import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;

/** EHLO and HELO in our words: James' name another product, and announce what is not so. */
final class Greetings {
    private Greetings() {}

    static final class Ehlo extends EhloCmdHandler {
        private final Submission.Rules rules;

        Ehlo(MetricFactory metrics, Submission.Rules rules) {
            super(metrics);
            this.rules = rules;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            Talk talk = Session.of(session).talk();
            talk.greeted(parameters, true);
            session.resetState();
            SMTPResponse response = new SMTPResponse("250", rules.hostname());
            response.appendLine("PIPELINING");
            response.appendLine("SIZE " + rules.maxSize());
            response.appendLine("8BITMIME");
            response.appendLine("SMTPUTF8");
            response.appendLine("DSN");
            if (Session.of(session).client().canStartTls() && !talk.isTls()) {
                response.appendLine("STARTTLS");
            }
            if (!talk.isAuthenticated() && (talk.isTls() || !talk.rules().requireTlsForAuth())) {
                response.appendLine("AUTH PLAIN LOGIN");
            }
            response.appendLine("ENHANCEDSTATUSCODES");
            return response;
        }
    }

    static final class Helo extends HeloCmdHandler {
        private final Submission.Rules rules;

        Helo(MetricFactory metrics, Submission.Rules rules) {
            super(metrics);
            this.rules = rules;
        }

        @Override
        protected Response doCoreCmd(SMTPSession session, String command, String parameters) {
            Session.of(session).talk().greeted(parameters, false);
            session.resetState();
            return Answers.of("250 " + rules.hostname());
        }
    }
}
