package facteur.mta.delivery.dialogue;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Capabilities;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.dialogue.Phase.Session;
import facteur.mta.delivery.dialogue.Step.Action;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The client's side of an SMTP session.
 *
 * <pre>
 *   Greeting -220-> Hello -250-> Ready <--------------------------------------+
 *                   |  ^           | Assigned                                 |
 *              STARTTLS |          v                                          |
 *                   v   |      Envelope -354-> Granted -Recorded-> Content -reply-> Report
 *              TlsAsked |        | | |                                            ^ |
 *                   v   |        | | +-chunk taken--------------------------------+ |
 *               Handshake        | +-354, nobody left-> Emptied -reply------------+ |
 *                                +-refused-> Resetting -reply---------------------+ |
 *                 Envelope of the next transaction <--------------------------------+
 * </pre>
 *
 * Each transaction takes one round trip where the server allows it:
 *
 * <ul>
 *   <li>With PIPELINING the whole envelope goes out at once and the replies are counted off (RFC
 *       2920); without, command by command.
 *   <li>If the next transaction is known while one is under way, its commands leave behind the
 *       final dot (RFC 2920 3.1). Its content is withheld in {@link Phase.Granted} until the
 *       outcome of the one before is on disk: a crash then leaves one message in doubt, not two.
 *   <li>With CHUNKING (RFC 3030) as well, a small message leaves together with its envelope when
 *       nothing is withheld. A server that does not know its own BDAT is asked with DATA.
 * </ul>
 *
 * These are habits of ours ({@link SendMode}), and so is a second message on a connection. What
 * goes wrong with one is told as a {@link HostObservation} and is no recipient's failure: a command
 * that was not expected (500, 502, 503), any refusal of what was sent behind a dot, and, as long as
 * the habit has not worked with the host ({@link Habits}), silence and a closed connection. The
 * next try does without the habit, so a refusal that is meant comes again and is believed then.
 *
 * <p>A 421, a garbled reply, a time-out and a lost connection may come anywhere, and the connection
 * is closed. A transaction of which no command was answered is returned: the host did not look at
 * it. Of one that is under way, those whom it concerns get that result, with the stage that was
 * reached; for those who were not answered and had no content sent, nothing was tried. Each
 * recipient of a transaction gets just one result, and a consent only from the reply to its own
 * content.
 */
public final class Dialogue {
    // RFC 5321 4.5.3.2.
    static final Duration BANNER = Duration.ofMinutes(5);
    static final Duration COMMAND = Duration.ofMinutes(5);
    static final Duration DATA = Duration.ofMinutes(2);
    // 4.5.3.2.5: for each block of the content to be taken.
    static final Duration BLOCK = Duration.ofMinutes(3);
    // 4.5.3.2.6: the server may be filing the message.
    static final Duration FINAL_DOT = Duration.ofMinutes(10);
    static final Duration HANDSHAKE = Duration.ofSeconds(60);
    static final Duration RSET = Duration.ofSeconds(20);
    // Some hosts drop what comes behind the final dot. The reply to it has come by then, so the
    // next is due at once; nothing is lost but the habit.
    static final Duration TRIAL = Duration.ofSeconds(30);
    // Each reply and each block of content may take its time, but not all of them all of it: no
    // host that works needs an hour for the commands, or a second for 16 KiB.
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int SLOWEST = 16 << 10;
    static final Duration QUIT = Duration.ofSeconds(5);

    // What may be sent in vain when the recipients are refused.
    static final int CHUNK = 64 << 10;

    private Dialogue() {}

    /** The talk on a new connection. */
    public static Step begin(SessionOptions options) {
        return step(new Phase.Greeting(options));
    }

    /**
     * How long a transaction may take in all: a host that answers each command just in time, or
     * takes an octet a second, does not keep a session.
     *
     * @param size octets of its content
     */
    public static Duration longest(long size) {
        return LONGEST.plusSeconds(size / SLOWEST);
    }

    /** Whether a transaction may be assigned: one under way, and one that follows it. */
    public static boolean takes(Phase phase) {
        return switch (phase) {
            case Phase.Ready _ -> true;
            case Phase.Envelope at -> at.next().isEmpty();
            case Phase.Granted at -> at.next().isEmpty();
            case Phase.Content at -> at.next().isEmpty();
            case Phase.Emptied at -> at.next().isEmpty();
            case Phase.Resetting at -> at.then().size() < 2;
            case Phase.Greeting _,
                    Phase.Hello _,
                    Phase.TlsAsked _,
                    Phase.Handshake _,
                    Phase.Quitting _,
                    Phase.Closed _ ->
                    false;
        };
    }

    /** What to do when {@code signal} comes in {@code phase}. */
    public static Step on(Phase phase, Signal signal) {
        return switch (signal) {
            case Signal.Replied(Reply reply) -> replied(phase, reply);
            case Signal.Garbled(String line) ->
                    broken(phase, Fault.PROTOCOL_ERROR, "not an SMTP reply: " + line);
            case Signal.TimedOut(String detail) ->
                    phase instanceof Phase.Granted at
                            ? tooLate(at)
                            : broken(phase, Fault.REPLY_TIMEOUT, detail);
            case Signal.Disconnected(String detail) -> broken(phase, Fault.CONNECTION_LOST, detail);
            case Signal.TlsEstablished(String protocol) ->
                    phase instanceof Phase.Handshake(SessionOptions options)
                            ? hello(options, protocol, false)
                            : unexpected(phase, "a finished handshake");
            case Signal.TlsFailed(String detail) -> broken(phase, Fault.TLS_FAILURE, detail);
            case Signal.Assigned(Transaction transaction, Habits habits) ->
                    assigned(phase, transaction, habits);
            case Signal.Recorded _ -> recorded(phase);
            case Signal.ContentSent _ ->
                    phase instanceof Phase.Content content ? sent(content) : step(phase);
            case Signal.Finish _ -> step(new Phase.Quitting(), new Action.Send("QUIT\r\n"));
        };
    }

    private static Step unexpected(Phase phase, String what) {
        throw new IllegalStateException(what + " in phase " + phase);
    }

    private static Step step(Phase phase, Action... actions) {
        return step(phase, List.of(actions));
    }

    private static Step step(Phase phase, List<Action> actions) {
        return new Step(phase, actions, timeout(phase));
    }

    private static Duration timeout(Phase phase) {
        return switch (phase) {
            case Phase.Greeting _ -> BANNER;
            case Phase.Hello _, Phase.TlsAsked _, Phase.Ready _ -> COMMAND;
            case Phase.Handshake _ -> HANDSHAKE;
            case Phase.Envelope at -> timeout(at);
            case Phase.Granted _ -> BLOCK;
            case Phase.Content at -> at.sent() ? FINAL_DOT : BLOCK;
            case Phase.Emptied _ -> FINAL_DOT;
            case Phase.Resetting _ -> RSET;
            case Phase.Quitting _, Phase.Closed _ -> QUIT;
        };
    }

    private static Duration timeout(Phase.Envelope at) {
        if (at.isLastAsked()) {
            return at.manner() == SendMode.CHUNKED ? FINAL_DOT : DATA;
        }
        boolean onTrial =
                at.answered() == 0 && at.manner() == SendMode.BEHIND_THE_DOT && at.isUnproven();
        return onTrial ? TRIAL : COMMAND;
    }

    private static Step replied(Phase phase, Reply reply) {
        return switch (phase) {
            case Phase.Greeting(SessionOptions options) ->
                    reply.code() == 220
                            ? hello(options, "", options.helo())
                            : unusable(refused(Stage.BANNER, reply));
            case Phase.Hello(SessionOptions options, String tls, boolean helo) ->
                    helloReplied(options, tls, helo, reply);
            case Phase.TlsAsked(SessionOptions options, Capabilities inClear) ->
                    tlsReplied(options, inClear, reply);
            case Phase.Handshake _ ->
                    broken(phase, Fault.PROTOCOL_ERROR, "a reply during the handshake");
            case Phase.Envelope envelope -> envelopeReplied(envelope, reply);
            case Phase.Granted at ->
                    lost(at.results(), refused(Stage.DATA, reply), at.next(), List.of());
            case Phase.Content content -> contentReplied(content, reply);
            case Phase.Emptied(Session session, List<RecipientResult> results, var next) ->
                    report(session, results, reply.code() == 421, next, List.of());
            case Phase.Resetting(Session session, List<Transaction> then) ->
                    reply.isPositive()
                            ? start(session, then, new ArrayList<>())
                            : end(new ArrayList<>(), then);
            // In Ready nothing was asked: a server that says good-bye, mostly.
            case Phase.Ready _, Phase.Quitting _ -> step(new Phase.Closed(), new Action.Close());
            case Phase.Closed _ -> step(phase);
        };
    }

    private static Step hello(SessionOptions options, String tls, boolean helo) {
        return step(
                new Phase.Hello(options, tls, helo),
                new Action.Send((helo ? "HELO " : "EHLO ") + options.ehlo() + "\r\n"));
    }

    private static Step helloReplied(
            SessionOptions options, String tls, boolean helo, Reply reply) {
        if (!reply.isPositive()) {
            boolean mayFallBack = !helo && reply.code() / 100 == 5;
            return mayFallBack ? hello(options, tls, true) : unusable(refused(Stage.EHLO, reply));
        }
        Capabilities capabilities = helo ? Capabilities.none() : Capabilities.of(reply);
        boolean wanted = tls.isEmpty() && options.tls() != SessionOptions.Tls.NEVER;
        if (wanted && capabilities.has("STARTTLS")) {
            return step(new Phase.TlsAsked(options, capabilities), new Action.Send("STARTTLS\r\n"));
        }
        if (wanted && options.tls() == SessionOptions.Tls.REQUIRED) {
            return unusable(
                    new Evidence.Failed(
                            Stage.STARTTLS,
                            Fault.TLS_FAILURE,
                            "TLS is required and the server does not offer it"));
        }
        return step(new Phase.Ready(new Session(options, capabilities, tls)));
    }

    private static Step tlsReplied(SessionOptions options, Capabilities inClear, Reply reply) {
        if (reply.code() == 220) {
            return step(new Phase.Handshake(options), new Action.StartTls());
        }
        boolean mayGoInClear = options.tls() == SessionOptions.Tls.OFFERED && reply.code() != 421;
        if (!mayGoInClear) {
            return unusable(refused(Stage.STARTTLS, reply));
        }
        return step(new Phase.Ready(new Session(options, inClear, "")));
    }

    private static Step unusable(Evidence why) {
        return step(new Phase.Quitting(), new Action.Unusable(why), new Action.Send("QUIT\r\n"));
    }

    private static Step assigned(Phase phase, Transaction transaction, Habits habits) {
        if (!takes(phase)) {
            return unexpected(phase, "a transaction");
        }
        Optional<Transaction> next = Optional.of(transaction);
        return switch (phase) {
            case Phase.Ready(Session session) ->
                    start(session.with(habits), List.of(transaction), new ArrayList<>());
            case Phase.Envelope at -> step(at.in(at.session().with(habits)).before(next));
            case Phase.Granted at ->
                    step(
                            new Phase.Granted(
                                    at.session().with(habits),
                                    at.transaction(),
                                    at.results(),
                                    next));
            case Phase.Content at -> {
                Session session = at.session().with(habits);
                boolean behind = goesBehind(session, transaction);
                Phase then =
                        new Phase.Content(
                                session, at.transaction(), at.results(), at.sent(), next, behind);
                yield behind
                        ? step(then, new Action.Send(behind(session, transaction)))
                        : step(then);
            }
            case Phase.Emptied(Session session, List<RecipientResult> results, _) ->
                    step(new Phase.Emptied(session.with(habits), results, next));
            case Phase.Resetting(Session session, List<Transaction> then) ->
                    step(
                            new Phase.Resetting(
                                    session.with(habits),
                                    Stream.concat(then.stream(), next.stream()).toList()));
            case Phase.Greeting _,
                    Phase.Hello _,
                    Phase.TlsAsked _,
                    Phase.Handshake _,
                    Phase.Quitting _,
                    Phase.Closed _ ->
                    unexpected(phase, "a transaction");
        };
    }

    /**
     * Begins the first of these; the second, if there is one, follows it.
     *
     * @param actions what is done before; added to
     */
    private static Step start(Session session, List<Transaction> then, List<Action> actions) {
        if (then.isEmpty()) {
            return step(new Phase.Ready(session), actions);
        }
        Transaction transaction = then.getFirst();
        Optional<Evidence> obstacle = obstacle(session, transaction);
        if (obstacle.isPresent()) {
            actions.add(
                    new Action.Report(
                            forAll(transaction, new RecipientResult.Tried(obstacle.get()))));
            return start(session.reported(), then.subList(1, then.size()), actions);
        }
        SendMode sendMode = manner(session, transaction);
        actions.add(new Action.Send(Commands.envelope(session, transaction, sendMode)));
        if (sendMode == SendMode.CHUNKED) {
            actions.add(new Action.SendChunk());
        }
        Optional<Transaction> next = then.size() > 1 ? Optional.of(then.get(1)) : Optional.empty();
        return step(envelopeOf(session, transaction, sendMode, next), actions);
    }

    private static SendMode manner(Session session, Transaction transaction) {
        boolean chunk = session.unrecorded() == 0 && transaction.size() <= CHUNK;
        if (chunk && session.bears(SendMode.CHUNKED)) {
            return SendMode.CHUNKED;
        }
        return session.bears(SendMode.PIPELINED) ? SendMode.PIPELINED : SendMode.STEP_BY_STEP;
    }

    private static Phase envelopeOf(
            Session session,
            Transaction transaction,
            SendMode sendMode,
            Optional<Transaction> next) {
        List<Optional<RecipientResult>> unknown =
                Collections.nCopies(transaction.recipients().size(), Optional.empty());
        return new Phase.Envelope(session, transaction, 0, unknown, sendMode, next);
    }

    /** Whether the commands of a transaction may leave while the one before is not answered. */
    private static boolean goesBehind(Session session, Transaction transaction) {
        return session.bears(SendMode.BEHIND_THE_DOT) && obstacle(session, transaction).isEmpty();
    }

    private static String behind(Session session, Transaction transaction) {
        return Commands.envelope(session, transaction, SendMode.BEHIND_THE_DOT);
    }

    private static List<RecipientResult> forAll(Transaction transaction, RecipientResult result) {
        return Collections.nCopies(transaction.recipients().size(), result);
    }

    private static Step recorded(Phase phase) {
        return switch (phase) {
            case Phase.Ready(Session session) -> step(new Phase.Ready(session.recorded()));
            case Phase.Envelope at -> step(at.in(at.session().recorded()));
            case Phase.Granted at ->
                    granted(
                            at.session().recorded(),
                            at.transaction(),
                            at.results(),
                            at.next(),
                            List.of());
            case Phase.Emptied(Session session, List<RecipientResult> results, var next) ->
                    step(new Phase.Emptied(session.recorded(), results, next));
            case Phase.Resetting(Session session, List<Transaction> then) ->
                    step(new Phase.Resetting(session.recorded(), then));
            case Phase.Quitting _, Phase.Closed _ -> step(phase);
            case Phase.Greeting _,
                    Phase.Hello _,
                    Phase.TlsAsked _,
                    Phase.Handshake _,
                    Phase.Content _ ->
                    unexpected(phase, "a recorded outcome");
        };
    }

    /** Why this host cannot take the message as it is, without being asked. */
    private static Optional<Evidence> obstacle(Session session, Transaction transaction) {
        Capabilities can = session.capabilities();
        if (can.size().isPresent() && can.size().getAsLong() < transaction.size()) {
            return failed(
                    Fault.TOO_LARGE_FOR_PEER,
                    "the server takes at most "
                            + can.size().getAsLong()
                            + " octets, the message has "
                            + transaction.size());
        }
        if (transaction.needsUtf8() && !can.has("SMTPUTF8")) {
            return failed(
                    Fault.EXTENSION_MISSING,
                    "the message needs SMTPUTF8 (RFC 6531), which the server does not offer"
                            + stays(transaction));
        }
        if (transaction.options().requireTls()
                && (session.tls().isEmpty() || !can.has("REQUIRETLS"))) {
            return failed(
                    Fault.EXTENSION_MISSING,
                    "the message requires TLS on the whole way (RFC 8689), which the server does"
                            + " not offer");
        }
        if (transaction.eightBit() && !can.has("8BITMIME")) {
            return failed(
                    Fault.EXTENSION_MISSING,
                    "the message has 8-bit content, the server does not offer 8BITMIME (RFC 6152)"
                            + stays(transaction));
        }
        return Optional.empty();
    }

    private static String stays(Transaction transaction) {
        return transaction
                .unchangeable()
                .map(why -> ", and it must stay as it is: " + why)
                .orElse("");
    }

    private static Optional<Evidence> failed(Fault fault, String detail) {
        return Optional.of(new Evidence.Failed(Stage.MAIL, fault, detail));
    }

    private static Step envelopeReplied(Phase.Envelope at, Reply reply) {
        if (reply.code() == 421) {
            return cut(at, new Evidence.Answered(stage(at), reply));
        }
        if (at.isLastAsked()) {
            return at.manner() == SendMode.CHUNKED
                    ? chunkReplied(at, reply)
                    : dataReplied(at, reply);
        }
        return at.answered() == 0 ? mailReplied(at, reply) : rcptReplied(at, reply);
    }

    private static Step mailReplied(Phase.Envelope at, Reply reply) {
        if (reply.isPositive()) {
            Session session = at.session().tookUp();
            boolean first = session.takenUp() == 1 || session.takenUp() <= session.habits().depth();
            return onward(
                    at.in(session).answered(at.results()),
                    first
                            ? List.of()
                            : List.of(learn(new HostObservation.TookUp(session.takenUp()))));
        }
        Evidence refusal = refused(Stage.MAIL, reply);
        Optional<HostObservation> doubt = doubtAtMail(at, reply, refusal);
        RecipientResult result =
                doubt.isPresent()
                        ? new RecipientResult.NotTried(refusal)
                        : new RecipientResult.Tried(refusal);
        return onward(
                learning(at, doubt)
                        .answered(Collections.nCopies(at.results().size(), Optional.of(result))),
                doubt.map(Dialogue::learn).stream().toList());
    }

    /**
     * Whether a refusal of MAIL is about how we sent it: any behind the dot, where the next try
     * tells; one of a further message of a connection, unless the host has taken so many before.
     */
    private static Optional<HostObservation> doubtAtMail(
            Phase.Envelope at, Reply reply, Evidence refusal) {
        if (reply.code() / 100 != 5) {
            return Optional.empty();
        }
        if (at.manner() == SendMode.BEHIND_THE_DOT) {
            return Optional.of(new HostObservation.Refuses(at.manner(), refusal));
        }
        Session session = at.session();
        boolean further =
                session.takenUp() > 0
                        && (isOutOfOrder(reply) || session.takenUp() >= session.habits().depth());
        return further
                ? Optional.of(new HostObservation.HadEnough(session.takenUp(), refusal))
                : doubt(at, reply, refusal);
    }

    private static Optional<HostObservation> doubt(
            Phase.Envelope at, Reply reply, Evidence refusal) {
        return at.manner().isHabit() && isOutOfOrder(reply)
                ? Optional.of(new HostObservation.Refuses(at.manner(), refusal))
                : Optional.empty();
    }

    /** RFC 5321 4.2.2, 4.2.4: the server did not see the command, or not where it expected it. */
    private static boolean isOutOfOrder(Reply reply) {
        return reply.code() == 500 || reply.code() == 502 || reply.code() == 503;
    }

    private static Phase.Envelope learning(Phase.Envelope at, Optional<HostObservation> doubt) {
        return doubt.isPresent()
                        && doubt.get() instanceof HostObservation.Refuses(SendMode sendMode, _)
                ? at.in(at.session().without(sendMode))
                : at;
    }

    private static Action learn(HostObservation hostObservation) {
        return new Action.Learn(hostObservation);
    }

    private static Step rcptReplied(Phase.Envelope at, Reply reply) {
        int recipient = at.answered() - 1;
        if (reply.isPositive() || at.results().get(recipient).isPresent()) {
            return onward(at.answered(at.results()), List.of());
        }
        Evidence refusal = refused(Stage.RCPT, reply);
        Optional<HostObservation> doubt = doubt(at, reply, refusal);
        List<Optional<RecipientResult>> results = new ArrayList<>(at.results());
        results.set(
                recipient,
                Optional.of(
                        doubt.isPresent()
                                ? new RecipientResult.NotTried(refusal)
                                : new RecipientResult.Tried(refusal)));
        return onward(
                learning(at, doubt).answered(results),
                doubt.map(Dialogue::learn).stream().toList());
    }

    /**
     * Waits for the next reply, or says the next command: RCPT, DATA, or RSET where no recipient is
     * left.
     */
    private static Step onward(Phase.Envelope at, List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        if (at.manner().isHabit()) {
            return step(at, actions);
        }
        if (isNobodyLeft(at.results())) {
            return reset(at.session(), known(at.results()), at.next(), actions);
        }
        actions.add(
                new Action.Send(
                        at.isLastAsked()
                                ? Commands.DATA
                                : Commands.rcpt(
                                        at.session(),
                                        at.transaction().recipients().get(at.answered() - 1))));
        return step(at, actions);
    }

    private static Step dataReplied(Phase.Envelope at, Reply reply) {
        boolean nobodyLeft = isNobodyLeft(at.results());
        if (reply.code() != 354) {
            Evidence refusal = refused(Stage.DATA, reply);
            Optional<HostObservation> doubt =
                    nobodyLeft ? Optional.empty() : doubt(at, reply, refusal);
            RecipientResult rest =
                    doubt.isPresent()
                            ? new RecipientResult.NotTried(refusal)
                            : new RecipientResult.Tried(refusal);
            List<Action> actions = doubt.isPresent() ? List.of(learn(doubt.get())) : borne(at);
            return reset(
                    learning(at, doubt).session(), filled(at.results(), rest), at.next(), actions);
        }
        List<Action> actions = new ArrayList<>(borne(at));
        if (nobodyLeft) {
            actions.add(new Action.Send(".\r\n"));
            return step(new Phase.Emptied(at.session(), known(at.results()), at.next()), actions);
        }
        return granted(at.session(), at.transaction(), at.results(), at.next(), actions);
    }

    /** What is worth remembering of an envelope that was answered to its end. */
    private static List<Action> borne(Phase.Envelope at) {
        if (!at.isUnproven()) {
            return List.of();
        }
        boolean inOrder =
                at.results().stream()
                        .flatMap(Optional::stream)
                        .allMatch(
                                result ->
                                        result instanceof RecipientResult.Tried(Evidence evidence)
                                                && evidence.stage() != Stage.MAIL);
        return inOrder ? List.of(learn(new HostObservation.Bears(at.manner()))) : List.of();
    }

    /** RFC 3030 2: after a chunk that was refused only RSET leads back to a known state. */
    private static Step chunkReplied(Phase.Envelope at, Reply reply) {
        Session session = at.session();
        if (isNobodyLeft(at.results())) {
            return reset(session, known(at.results()), at.next(), List.of());
        }
        if (reply.isPositive()) {
            RecipientResult taken =
                    new RecipientResult.Tried(new Evidence.Answered(Stage.DOT, reply));
            return report(session, filled(at.results(), taken), false, at.next(), borne(at));
        }
        Evidence refusal = refused(Stage.DOT, reply);
        if (reply.code() >= 500 && reply.code() <= 504) {
            // It offers what it does not know; nothing was taken, so this is no second copy.
            List<Transaction> again = new ArrayList<>(List.of(at.transaction()));
            at.next().ifPresent(again::add);
            return step(
                    new Phase.Resetting(session.without(SendMode.CHUNKED), again),
                    learn(new HostObservation.Refuses(SendMode.CHUNKED, refusal)),
                    new Action.Send("RSET\r\n"));
        }
        return reset(
                session,
                filled(at.results(), new RecipientResult.Tried(refusal)),
                at.next(),
                borne(at));
    }

    /** The content may leave, unless the outcome before it is not on disk yet. */
    private static Step granted(
            Session session,
            Transaction transaction,
            List<Optional<RecipientResult>> results,
            Optional<Transaction> next,
            List<Action> before) {
        if (session.unrecorded() > 0) {
            return step(new Phase.Granted(session, transaction, results, next), before);
        }
        List<Action> actions = new ArrayList<>(before);
        actions.add(new Action.SendContent());
        Optional<Transaction> behind = next.filter(it -> goesBehind(session, it));
        behind.ifPresent(it -> actions.add(new Action.Send(behind(session, it))));
        return step(
                new Phase.Content(session, transaction, results, false, next, behind.isPresent()),
                actions);
    }

    private static Step sent(Phase.Content at) {
        return step(
                new Phase.Content(
                        at.session(),
                        at.transaction(),
                        at.results(),
                        true,
                        at.next(),
                        at.behind()));
    }

    private static Step contentReplied(Phase.Content at, Reply reply) {
        if (!at.sent()) {
            // Whatever we said now, the server would read as content.
            return lost(at.results(), refused(Stage.DOT, reply), at.next(), List.of());
        }
        RecipientResult answer =
                new RecipientResult.Tried(
                        reply.isPositive()
                                ? new Evidence.Answered(Stage.DOT, reply)
                                : refused(Stage.DOT, reply));
        List<RecipientResult> results = filled(at.results(), answer);
        boolean closing = reply.code() == 421;
        return at.behind() && !closing
                ? step(
                        envelopeOf(
                                at.session().reported(),
                                at.next().orElseThrow(),
                                SendMode.BEHIND_THE_DOT,
                                Optional.empty()),
                        new Action.Report(results))
                : report(at.session(), results, closing, at.next(), List.of());
    }

    /** A reply that is no consent: a refusal, or one that makes no sense here. */
    private static Evidence refused(Stage stage, Reply reply) {
        return reply.code() >= 400
                ? new Evidence.Answered(stage, reply)
                : new Evidence.Failed(
                        stage, Fault.PROTOCOL_ERROR, "the server answered out of turn: " + reply);
    }

    private static Step report(
            Session session,
            List<RecipientResult> results,
            boolean closing,
            Optional<Transaction> next,
            List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        Action told = told(results);
        actions.add(told);
        return closing
                ? end(actions, next.stream().toList())
                : start(after(session, told), next.stream().toList(), actions);
    }

    private static Step reset(
            Session session,
            List<RecipientResult> results,
            Optional<Transaction> next,
            List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        Action told = told(results);
        actions.add(told);
        actions.add(new Action.Send("RSET\r\n"));
        return step(new Phase.Resetting(after(session, told), next.stream().toList()), actions);
    }

    /** A message of which no recipient was tried is not reported, but returned. */
    private static Action told(List<RecipientResult> results) {
        boolean tried = results.stream().anyMatch(RecipientResult.Tried.class::isInstance);
        return tried
                ? new Action.Report(results)
                : new Action.Return(results.getFirst().evidence());
    }

    private static Session after(Session session, Action told) {
        return told instanceof Action.Report ? session.reported() : session;
    }

    /** The session ends here: what can still be said is said. */
    private static Step broken(Phase phase, Fault fault, String detail) {
        return switch (phase) {
            case Phase.Greeting _ -> gone(new Evidence.Failed(Stage.BANNER, fault, detail));
            case Phase.Hello at -> goneAtHello(at, fault, detail);
            case Phase.TlsAsked _, Phase.Handshake _ ->
                    gone(new Evidence.Failed(Stage.STARTTLS, tls(fault), detail));
            case Phase.Envelope at -> cut(at, new Evidence.Failed(stage(at), fault, detail));
            case Phase.Granted at ->
                    lost(
                            at.results(),
                            new Evidence.Failed(Stage.DATA, fault, detail),
                            at.next(),
                            List.of());
            case Phase.Content at -> lostContent(at, fault, detail);
            case Phase.Emptied(_, List<RecipientResult> results, var next) ->
                    end(new ArrayList<>(List.of(told(results))), next.stream().toList());
            case Phase.Resetting(_, List<Transaction> then) -> end(new ArrayList<>(), then);
            case Phase.Ready _, Phase.Quitting _, Phase.Closed _ ->
                    step(new Phase.Closed(), new Action.Close());
        };
    }

    /** RFC 5321 3.2 asks for HELO after an EHLO that is not known; some hang up instead. */
    private static Step goneAtHello(Phase.Hello at, Fault fault, String detail) {
        Evidence why = new Evidence.Failed(Stage.EHLO, fault, detail);
        boolean hungUpOnEhlo = at.helo() && !at.options().helo() && fault == Fault.CONNECTION_LOST;
        return hungUpOnEhlo
                ? step(
                        new Phase.Closed(),
                        learn(new HostObservation.KnowsOnlyHelo()),
                        new Action.Unusable(why),
                        new Action.Close())
                : gone(why);
    }

    /** The content was under way or has left, so the host may have taken it. */
    private static Step lostContent(Phase.Content at, Fault fault, String detail) {
        Evidence why = new Evidence.Failed(at.sent() ? Stage.DOT : Stage.DATA, fault, detail);
        // It may have stumbled over what came behind the dot.
        boolean doubt =
                at.behind()
                        && at.sent()
                        && at.session().habits().isUnproven(SendMode.BEHIND_THE_DOT);
        return lost(
                at.results(),
                why,
                at.next(),
                doubt
                        ? List.of(learn(new HostObservation.Refuses(SendMode.BEHIND_THE_DOT, why)))
                        : List.of());
    }

    /** Our disk is late: no failure of the host. */
    private static Step tooLate(Phase.Granted at) {
        Evidence why =
                new Evidence.Failed(
                        Stage.DATA,
                        Fault.REPLY_TIMEOUT,
                        "the outcome of the last message was not on disk in time");
        return ended(at.results(), new RecipientResult.NotTried(why), at.next(), List.of());
    }

    /** Whatever goes wrong between STARTTLS and the end of the handshake is TLS's. */
    private static Fault tls(Fault fault) {
        return fault == Fault.CONNECTION_LOST || fault == Fault.PROTOCOL_ERROR
                ? Fault.TLS_FAILURE
                : fault;
    }

    private static Step gone(Evidence why) {
        return step(new Phase.Closed(), new Action.Unusable(why), new Action.Close());
    }

    /**
     * The session ends within an envelope. Without an answer to MAIL the host did not look at the
     * message; at a RCPT it is about that recipient, and about the others only when their content
     * has left too, since a host that is gone may have taken it. Before a habit of ours has worked,
     * its failure concerns the send mode and no recipient.
     */
    private static Step cut(Phase.Envelope at, Evidence why) {
        boolean gone = why instanceof Evidence.Failed;
        if (gone && at.isUnproven() && !isNobodyLeft(at.results())) {
            return ended(
                    at.results(),
                    new RecipientResult.NotTried(why),
                    at.next(),
                    List.of(learn(new HostObservation.Refuses(at.manner(), why))));
        }
        if (at.answered() == 0) {
            boolean further = gone && isLost(why) && at.session().takenUp() > 0;
            return ended(
                    at.results(),
                    new RecipientResult.NotTried(why),
                    at.next(),
                    further
                            ? List.of(
                                    learn(
                                            new HostObservation.HadEnough(
                                                    at.session().takenUp(), why)))
                            : List.of());
        }
        boolean maybeTaken = at.manner() == SendMode.CHUNKED && gone;
        if (at.isLastAsked() || maybeTaken) {
            return lost(at.results(), why, at.next(), List.of());
        }
        List<Optional<RecipientResult>> results = new ArrayList<>(at.results());
        int asked = at.answered() - 1;
        results.set(
                asked, results.get(asked).or(() -> Optional.of(new RecipientResult.Tried(why))));
        return ended(results, new RecipientResult.NotTried(why), at.next(), List.of());
    }

    private static boolean isLost(Evidence why) {
        return why instanceof Evidence.Failed(_, Fault fault, _) && fault == Fault.CONNECTION_LOST;
    }

    private static Step lost(
            List<Optional<RecipientResult>> results,
            Evidence rest,
            Optional<Transaction> next,
            List<Action> before) {
        return ended(results, new RecipientResult.Tried(rest), next, before);
    }

    /** Closes in the middle of a transaction: those who have no result yet get this one. */
    private static Step ended(
            List<Optional<RecipientResult>> results,
            RecipientResult rest,
            Optional<Transaction> next,
            List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        actions.add(told(filled(results, rest)));
        return end(actions, next.stream().toList());
    }

    /** Closes; for those whose turn had not come, nothing was tried. */
    private static Step end(List<Action> actions, List<Transaction> unsent) {
        unsent.forEach(
                _ ->
                        actions.add(
                                new Action.Return(
                                        new Evidence.Failed(
                                                Stage.MAIL,
                                                Fault.CONNECTION_LOST,
                                                "the session ended before the message"))));
        actions.add(new Action.Close());
        return step(new Phase.Closed(), actions);
    }

    private static Stage stage(Phase.Envelope at) {
        if (at.answered() == 0) {
            return Stage.MAIL;
        }
        if (!at.isLastAsked()) {
            return Stage.RCPT;
        }
        return at.manner() == SendMode.CHUNKED ? Stage.DOT : Stage.DATA;
    }

    private static boolean isNobodyLeft(List<Optional<RecipientResult>> results) {
        for (Optional<RecipientResult> result : results) {
            if (result.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static List<RecipientResult> known(List<Optional<RecipientResult>> results) {
        return results.stream().map(Optional::orElseThrow).toList();
    }

    private static List<RecipientResult> filled(
            List<Optional<RecipientResult>> results, RecipientResult rest) {
        return results.stream().map(result -> result.orElse(rest)).toList();
    }
}
