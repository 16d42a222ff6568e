package facteur.mta.reception.james;

import facteur.config.access.LoginThrottle;
import facteur.mta.reception.Sasl;
import facteur.mta.reception.SmtpSession;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Credentials;

import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * AUTH. James' own handler takes any authorization identity and sends a challenge that is not
 * base64. Every failure costs the client time, the third one the connection, and after twenty of a
 * network no password from there is looked at for a while.
 */
final class AuthCommand implements CommandHandler<SMTPSession> {
    private static final int FAILURES = 3;

    private final Supplier<Credentials> credentials;
    private final LoginThrottle throttle;
    private final InstantSource clock;

    AuthCommand(Supplier<Credentials> credentials, LoginThrottle throttle, InstantSource clock) {
        this.credentials = credentials;
        this.throttle = throttle;
        this.clock = clock;
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
        Credentials known = credentials.get();
        if (mechanism.isEmpty()) {
            return JamesReplies.of("501 5.5.4 AUTH takes a mechanism: " + mechanisms(known));
        }
        Optional<Sasl> sasl = Sasl.of(mechanism, known);
        return sasl.isPresent()
                ? answer(JamesSession.of(session), sasl.get(), sasl.get().begin(initial))
                : JamesReplies.of("504 5.5.4 mechanisms are " + mechanisms(known));
    }

    private static String mechanisms(Credentials known) {
        return String.join(", ", Sasl.mechanisms(known));
    }

    private Response answer(JamesSession session, Sasl sasl, Sasl.Step step) {
        // Before anything tells whether the password is right.
        if (!sasl.user().isEmpty() && mustWait(session, sasl.user())) {
            session.client().slowDown();
            return JamesReplies.last("421 4.7.0 too many failed logins; try again later");
        }
        return switch (step) {
            case Sasl.Step.Challenge(String text) -> {
                session.push(new NextLine(sasl));
                yield JamesReplies.of("334 " + text);
            }
            case Sasl.Step.Offered(String user, String password) -> look(session, user, password);
            case Sasl.Step.Proven(String user) ->
                    judged(session, user, credentials.get().proven(user, session.talk().client()));
            case Sasl.Step.Failed(String user) -> judged(session, user, Optional.empty());
            case Sasl.Step.Refused(String reply) -> JamesReplies.of(reply);
        };
    }

    private boolean mustWait(JamesSession session, String user) {
        return throttle.wait(user, session.talk().client(), clock.instant()).isPositive();
    }

    private Response look(JamesSession session, String user, String password) {
        CompletableFuture<Optional<Credential>> looked =
                credentials.get().authenticate(user, password, session.talk().client());
        // Where comparing takes its time, it is not this thread's.
        return new DeferredResponse(
                looked.handle(
                        (found, failure) ->
                                () ->
                                        failure == null
                                                ? judged(session, user, found)
                                                : JamesReplies.of(
                                                        "454 4.7.0 too many logins at once; try"
                                                                + " again later")));
    }

    private Response judged(JamesSession session, String user, Optional<Credential> credential) {
        SmtpSession smtpSession = session.talk();
        if (credential.isPresent()) {
            smtpSession.authenticated(credential.get());
            throttle.succeeded(user, smtpSession.client(), clock.instant());
            session.client().loggedIn();
            return JamesReplies.of("235 2.7.0 welcome");
        }
        throttle.failed(user, smtpSession.client(), clock.instant());
        session.client().slowDown();
        return smtpSession.loginFailed() >= FAILURES
                ? JamesReplies.last("421 4.7.0 too many failed logins")
                : JamesReplies.of("535 5.7.8 user name or password is wrong");
    }

    /** Takes the one line that answers a challenge. */
    private final class NextLine implements LineHandler<SMTPSession> {
        private final Sasl sasl;

        NextLine(Sasl sasl) {
            this.sasl = sasl;
        }

        @Override
        public Response onLine(SMTPSession session, byte[] line) {
            JamesSession ours = JamesSession.of(session);
            ours.pop();
            return answer(ours, sasl, sasl.answer(JamesSession.utf8(line).strip()));
        }
    }
}
