package facteur.mta.reception.james;

import facteur.mta.reception.SmtpSession;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.SmtpConnection;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Intake;
import facteur.mta.submission.Submission;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One application that hands in mail: its lines go to James' handlers, its content to the intake.
 */
public final class SubmissionDialogue implements ServerDialogue {
    private final JamesSessionFactory sessions;
    private final Submission submission;
    private final SmtpConnection connection;
    private final SmtpSession smtpSession;
    private JamesSession jamesSession;
    private @Nullable Intake intake;

    /**
     * For each client.
     *
     * @param rules those in force
     * @param trusted whom a loopback client submits as when it need not log in
     */
    public record Factory(
            JamesSessionFactory sessions,
            Submission submission,
            Supplier<SmtpSession.Rules> rules,
            Supplier<Optional<Credential>> trusted)
            implements ServerDialogue.Factory {
        @Override
        public ServerDialogue begin(SmtpConnection connection, Arrival arrival) {
            SmtpSession.Rules now = rules.get();
            boolean local = !arrival.proxied() && arrival.client().isLoopbackAddress();
            boolean needsNoLogin = local && (now.trustLoopback() || !now.requireAuth());
            return new SubmissionDialogue(
                    sessions,
                    submission,
                    connection,
                    new SmtpSession(
                            now,
                            arrival.client(),
                            arrival.tls(),
                            needsNoLogin ? trusted.get() : Optional.empty()));
        }
    }

    private SubmissionDialogue(
            JamesSessionFactory sessions,
            Submission submission,
            SmtpConnection connection,
            SmtpSession smtpSession) {
        this.sessions = sessions;
        this.submission = submission;
        this.connection = connection;
        this.smtpSession = smtpSession;
        this.jamesSession = newSession();
    }

    private JamesSession newSession() {
        return sessions.create(connection, smtpSession, this::beginContent);
    }

    @Override
    public void admitted() {
        if (smtpSession.credential().isPresent()) {
            connection.loggedIn();
        }
    }

    @Override
    public String greeting() {
        return sessions.greeting();
    }

    @Override
    public void line(byte[] line) {
        jamesSession.line(line);
    }

    @Override
    public String shown(byte[] line) {
        return jamesSession.shown(line);
    }

    @Override
    public void tlsStarted() {
        smtpSession.tlsStarted();
        jamesSession = newSession();
    }

    private void beginContent() {
        intake = submission.begin(smtpSession.draft());
        smtpSession.reset();
        connection.beginContent();
    }

    @Override
    public void content(byte[] octets, int length) {
        Intake taking = Objects.requireNonNull(intake);
        taking.content(octets, length);
        Optional<CompletableFuture<?>> congestion = taking.congestion();
        if (congestion.isPresent()) {
            connection.await(congestion.get(), () -> {});
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        Intake taken = Objects.requireNonNull(intake);
        intake = null;
        CompletableFuture<Intake.Verdict> verdict = taken.end(tooLong);
        connection.await(verdict, () -> connection.reply(List.of(reply(verdict.join()))));
    }

    private static String reply(Intake.Verdict verdict) {
        return switch (verdict) {
            case Intake.Verdict.Taken(var id) -> "250 2.0.0 queued as " + id;
            case Intake.Verdict.Refused(var why) -> why.toString();
        };
    }

    @Override
    public void closed() {
        if (intake != null) {
            intake.abandon();
            intake = null;
        }
    }
}
