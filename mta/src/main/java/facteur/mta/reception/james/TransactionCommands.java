package facteur.mta.reception.james;

import facteur.mail.address.ReversePath;
import facteur.mail.message.Recipient;
import facteur.mta.reception.SmtpSession;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.PathReader;
import facteur.mta.smtpd.PathReader.Read;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Credentials;
import facteur.mta.submission.Quotas;
import facteur.mta.submission.Submission;
import facteur.mta.submission.SubmissionRefusal;

import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * MAIL, RCPT, DATA and RSET. Paths and parameters are read by our own reader: James' ignores
 * parameters that it does not know.
 */
final class TransactionCommands {
    private TransactionCommands() {}

    static final class Mail implements CommandHandler<SMTPSession> {
        private final PathReader paths;
        private final Submission submission;
        private final Supplier<Credentials> credentials;

        Mail(PathReader paths, Submission submission, Supplier<Credentials> credentials) {
            this.paths = paths;
            this.submission = submission;
            this.credentials = credentials;
        }

        @Override
        public Collection<String> getImplCommands() {
            return List.of("MAIL");
        }

        @Override
        public Response onCommand(SMTPSession session, Request request) {
            Optional<SubmissionRefusal> obstacle = submission.obstacle();
            if (obstacle.isPresent()) {
                return JamesReplies.of(obstacle.get().toString());
            }
            SmtpSession smtpSession = JamesSession.of(session).talk();
            long maxSize = smtpSession.maxSize(submission.rules().maxSize());
            return switch (paths.mail(request.getArgument(), maxSize)) {
                case Read.Mail mail -> begin(smtpSession, mail);
                case Read.Refused(String reply) -> JamesReplies.of(reply);
                case Read.Rcpt _ -> throw new IllegalStateException("MAIL was read as RCPT");
            };
        }

        private Response begin(SmtpSession smtpSession, Read.Mail mail) {
            Credential loggedIn = smtpSession.credential().orElseThrow();
            // The login may be old: the credential as it is now applies.
            Optional<Credential> current =
                    credentials.get().proven(loggedIn.user(), smtpSession.client());
            if (current.isEmpty()) {
                return JamesReplies.last("421 4.7.0 the credential has been taken away");
            }
            Credential credential = current.get();
            smtpSession.isNow(credential);
            Optional<String> refusal =
                    switch (mail.from()) {
                        case ReversePath.Null _ ->
                                credential.allowNullSender()
                                        ? Optional.empty()
                                        : Optional.of(
                                                "550 5.7.1 the credential may not send without a"
                                                        + " reverse-path");
                        case ReversePath.Of(var address) ->
                                credential.maySendFrom(address.domain())
                                        ? Optional.empty()
                                        : Optional.of(
                                                "550 5.7.1 the credential may not send from "
                                                        + address.domain());
                    };
            if (refusal.isPresent()) {
                return JamesReplies.of(refusal.get());
            }
            Optional<SubmissionRefusal> tooMany = submission.take(credential, Quotas.Kind.MESSAGES);
            if (tooMany.isPresent()) {
                return JamesReplies.of(tooMany.get().toString());
            }
            smtpSession.begin(mail.from(), mail.options(), mail.envelopeId());
            return JamesReplies.of("250 2.1.0 sender ok");
        }
    }

    static final class Rcpt implements CommandHandler<SMTPSession> {
        private final PathReader paths;
        private final Submission submission;
        private final AddressPolicy destinations;

        Rcpt(PathReader paths, Submission submission, AddressPolicy destinations) {
            this.paths = paths;
            this.submission = submission;
            this.destinations = destinations;
        }

        @Override
        public Collection<String> getImplCommands() {
            return List.of("RCPT");
        }

        @Override
        public Response onCommand(SMTPSession session, Request request) {
            SmtpSession smtpSession = JamesSession.of(session).talk();
            return switch (paths.rcpt(request.getArgument(), smtpSession.options().utf8())) {
                case Read.Rcpt(Recipient recipient) -> add(smtpSession, recipient);
                case Read.Refused(String reply) -> JamesReplies.of(reply);
                case Read.Mail _ -> throw new IllegalStateException("RCPT was read as MAIL");
            };
        }

        private Response add(SmtpSession smtpSession, Recipient recipient) {
            if (smtpSession.recipientCount() >= smtpSession.rules().maxRecipients()) {
                // RFC 5321 4.5.3.1.10: those accepted stay valid; the client sends the others in a
                // transaction of their own.
                return JamesReplies.of("452 4.5.3 too many recipients; send the others separately");
            }
            if (destinations.isForbiddenLiteral(recipient.address().domain())) {
                return JamesReplies.of(
                        "550 5.7.1 no mail is sent to "
                                + recipient.address().domain()
                                + ": not an address of the public Internet, nor in"
                                + " delivery.allow_networks");
            }
            Optional<SubmissionRefusal> tooMany =
                    submission.take(smtpSession.credential().orElseThrow(), Quotas.Kind.RECIPIENTS);
            if (tooMany.isPresent()) {
                return JamesReplies.of(tooMany.get().toString());
            }
            smtpSession.add(recipient);
            return JamesReplies.of("250 2.1.5 recipient ok");
        }
    }

    static final class Data implements CommandHandler<SMTPSession> {
        private final Submission submission;

        Data(Submission submission) {
            this.submission = submission;
        }

        @Override
        public Collection<String> getImplCommands() {
            return List.of("DATA");
        }

        @Override
        public Response onCommand(SMTPSession session, Request request) {
            return submission
                    .obstacle()
                    .map(refusal -> JamesReplies.of(refusal.toString()))
                    .orElseGet(() -> JamesReplies.of("354 end with CRLF.CRLF"));
        }
    }

    static final class Rset extends RsetCmdHandler {
        @Override
        public Response onCommand(SMTPSession session, Request request) {
            JamesSession.of(session).talk().reset();
            return super.onCommand(session, request);
        }
    }
}
