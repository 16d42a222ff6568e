package facteur.mta.reception.james;

import facteur.mta.reception.Sasl;
import facteur.mta.reception.Talk;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Credentials;

import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * AUTH. James' own handler takes any authorization identity and sends a challenge that is not
 * base64. Every failure costs the client time, and the third one the connection.
 */
final class Login implements CommandHandler<SMTPSession> {
    private static final int FAILURES = 3;

    private final Credentials credentials;

    Login(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Collection<String> getImplCommands() {
        return List.of("AUTH");
    }

    @Override
    public Response onCommand(SMTPSession session, Request request) {
        String argument = request.getArgument();
        int space = argument.indexOf(' ');
        String mechanism = space < 0 ? argument : argument.substring(0, space);
        String initial = space < 0 ? "" : argument.substring(space + 1).strip();
        if (mechanism.isEmpty()) {
            return Answers.of("501 5.5.4 AUTH takes a mechanism: PLAIN or LOGIN");
        }
        Optional<Sasl> sasl = Sasl.of(mechanism);
        return sasl.isPresent()
                ? answer(Session.of(session), sasl.get(), sasl.get().begin(initial))
                : Answers.of("504 5.5.4 mechanisms are PLAIN and LOGIN");
    }

    private Response answer(Session session, Sasl sasl, Sasl.Step step) {
        return switch (step) {
            case Sasl.Step.Challenge(String text) -> {
                session.push(new NextLine(sasl));
                yield Answers.of("334 " + text);
            }
            case Sasl.Step.Offered(String user, String password) -> look(session, user, password);
            case Sasl.Step.Refused(String reply) -> Answers.of(reply);
        };
    }

    private Response look(Session session, String user, String password) {
        Talk talk = session.talk();
        Optional<Credential> credential = credentials.authenticate(user, password, talk.client());
        if (credential.isPresent()) {
            talk.authenticated(credential.get());
            return Answers.of("235 2.7.0 welcome");
        }
        session.client().slowDown();
        return talk.loginFailed() >= FAILURES
                ? Answers.last("421 4.7.0 too many failed logins")
                : Answers.of("535 5.7.8 user name or password is wrong");
    }

    /** Takes the one line that answers a challenge. */
    private final class NextLine implements LineHandler<SMTPSession> {
        private final Sasl sasl;

        NextLine(Sasl sasl) {
            this.sasl = sasl;
        }

        @Override
        public Response onLine(SMTPSession session, byte[] line) {
            Session ours = Session.of(session);
            ours.pop();
            return answer(ours, sasl, sasl.answer(Session.utf8(line).strip()));
        }
    }
}
