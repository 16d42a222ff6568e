package facteur.mta.delivery.dialogue;

import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

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
 * A 421, a garbled reply, a time-out and a lost connection may come anywhere, and the connection is
 * closed. A transaction of which no command was answered is returned: nobody looked at it. Of one
 * that is under way, those whom it concerns get that result, with the stage that was reached; for
 * those who were not answered and had no content sent, nothing was tried. Each recipient of a
 * transaction gets just one result, and a consent only from the reply to its own content.
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
    static final Duration QUIT = Duration.ofSeconds(5);

    // What may be sent in vain when the recipients are refused.
    static final int CHUNK = 64 << 10;

    private Dialogue() {}

    /** The talk on a new connection. */
    public static Step begin(SessionOptions options) {
        return step(new Phase.Greeting(options));
    }

    /** Whether a transaction may be assigned: one under way, and one that follows it. */
    public static boolean takes(Phase phase) {
        return switch (phase) {
            case Phase.Ready _ -> true;
            case Phase.Envelope at -> at.next().isEmpty();
            case Phase.Granted at -> at.next().isEmpty();
            case Phase.Content at -> at.next().isEmpty();
            case Phase.Emptied at -> at.next().isEmpty();
            case Phase.Resetting at -> at.then().isEmpty();
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
            case Signal.TimedOut _ ->
                    phase instanceof Phase.Granted at
                            ? tooLate(at)
                            : broken(phase, Fault.REPLY_TIMEOUT, "no reply in time");
            case Signal.Disconnected(String detail) -> broken(phase, Fault.CONNECTION_LOST, detail);
            case Signal.TlsEstablished(String protocol) ->
                    phase instanceof Phase.Handshake(SessionOptions options)
                            ? hello(options, protocol, false)
                            : unexpected(phase, "a finished handshake");
            case Signal.TlsFailed(String detail) -> broken(phase, Fault.TLS_FAILURE, detail);
            case Signal.Assigned(Transaction transaction) -> assigned(phase, transaction);
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
        return new Step(phase, List.of(actions), timeout(phase));
    }

    private static Duration timeout(Phase phase) {
        return switch (phase) {
            case Phase.Greeting _ -> BANNER;
            case Phase.Hello _, Phase.TlsAsked _, Phase.Ready _ -> COMMAND;
            case Phase.Handshake _ -> HANDSHAKE;
            case Phase.Envelope at ->
                    at.isLastAsked() ? (at.chunked() ? FINAL_DOT : DATA) : COMMAND;
            case Phase.Granted _ -> BLOCK;
            case Phase.Content at -> at.sent() ? FINAL_DOT : BLOCK;
            case Phase.Emptied _ -> FINAL_DOT;
            case Phase.Resetting _ -> RSET;
            case Phase.Quitting _, Phase.Closed _ -> QUIT;
        };
    }

    private static Step replied(Phase phase, Reply reply) {
        return switch (phase) {
            case Phase.Greeting(SessionOptions options) ->
                    reply.code() == 220
                            ? hello(options, "", false)
                            : unusable(refused(Stage.BANNER, reply));
            case Phase.Hello(SessionOptions options, String tls, boolean helo) ->
                    helloReplied(options, tls, helo, reply);
            case Phase.TlsAsked(SessionOptions options, Capabilities inClear) ->
                    tlsReplied(options, inClear, reply);
            case Phase.Handshake _ ->
                    broken(phase, Fault.PROTOCOL_ERROR, "a reply during the handshake");
            case Phase.Envelope envelope -> envelopeReplied(envelope, reply);
            case Phase.Granted at -> lost(at.results(), refused(Stage.DATA, reply), at.next());
            case Phase.Content content -> contentReplied(content, reply);
            case Phase.Emptied(Session session, List<Evidence> results, var next) ->
                    report(session, results, reply.code() == 421, next);
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
        if (options.tls() == SessionOptions.Tls.REQUIRED || reply.code() == 421) {
            return unusable(refused(Stage.STARTTLS, reply));
        }
        return step(new Phase.Ready(new Session(options, inClear, "")));
    }

    private static Step unusable(Evidence why) {
        return step(new Phase.Quitting(), new Action.Unusable(why), new Action.Send("QUIT\r\n"));
    }

    private static Step assigned(Phase phase, Transaction transaction) {
        if (!takes(phase)) {
            return unexpected(phase, "a transaction");
        }
        Optional<Transaction> next = Optional.of(transaction);
        return switch (phase) {
            case Phase.Ready(Session session) ->
                    start(session, List.of(transaction), new ArrayList<>());
            case Phase.Envelope at -> step(at.before(next));
            case Phase.Granted at ->
                    step(new Phase.Granted(at.session(), at.transaction(), at.results(), next));
            case Phase.Content at -> {
                Phase then =
                        new Phase.Content(
                                at.session(), at.transaction(), at.results(), at.sent(), next);
                yield goesBehind(at.session(), transaction)
                        ? step(then, new Action.Send(envelope(at.session(), transaction)))
                        : step(then);
            }
            case Phase.Emptied(Session session, List<Evidence> results, _) ->
                    step(new Phase.Emptied(session, results, next));
            case Phase.Resetting(Session session, _) ->
                    step(new Phase.Resetting(session, List.of(transaction)));
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
            return step(new Phase.Ready(session), actions.toArray(Action[]::new));
        }
        Transaction transaction = then.getFirst();
        Optional<Evidence> obstacle = obstacle(session, transaction);
        if (obstacle.isPresent()) {
            actions.add(Action.Report.tried(forAll(transaction, obstacle.get())));
            return start(session.reported(), then.subList(1, then.size()), actions);
        }
        boolean chunked =
                session.has("CHUNKING")
                        && session.has("PIPELINING")
                        && session.unrecorded() == 0
                        && transaction.size() <= CHUNK;
        if (chunked) {
            actions.add(
                    new Action.Send(
                            mailAndRcpt(session, transaction)
                                    + "BDAT "
                                    + transaction.size()
                                    + " LAST\r\n"));
            actions.add(new Action.SendChunk());
        } else {
            actions.add(new Action.Send(envelope(session, transaction)));
        }
        Optional<Transaction> next = then.stream().skip(1).findFirst();
        return step(
                envelopeOf(session, transaction, chunked, next), actions.toArray(Action[]::new));
    }

    private static Phase envelopeOf(
            Session session, Transaction transaction, boolean chunked, Optional<Transaction> next) {
        List<Optional<Evidence>> unknown =
                Collections.nCopies(transaction.recipients().size(), Optional.empty());
        return new Phase.Envelope(session, transaction, 0, unknown, chunked, next);
    }

    /** Whether the commands of a transaction may leave while the one before is not answered. */
    private static boolean goesBehind(Session session, Transaction transaction) {
        return session.has("PIPELINING") && obstacle(session, transaction).isEmpty();
    }

    private static List<Evidence> forAll(Transaction transaction, Evidence evidence) {
        return Collections.nCopies(transaction.recipients().size(), evidence);
    }

    private static Step recorded(Phase phase) {
        return switch (phase) {
            case Phase.Ready(Session session) -> step(new Phase.Ready(session.recorded()));
            case Phase.Envelope at -> step(at.in(at.session().recorded()));
            case Phase.Granted at ->
                    granted(at.session().recorded(), at.transaction(), at.results(), at.next());
            case Phase.Emptied(Session session, List<Evidence> results, var next) ->
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
                    "the message needs SMTPUTF8 (RFC 6531), which the server does not offer");
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
                            + transaction
                                    .unchangeable()
                                    .map(why -> ", and it must stay as it is: " + why)
                                    .orElse(""));
        }
        return Optional.empty();
    }

    private static Optional<Evidence> failed(Fault fault, String detail) {
        return Optional.of(new Evidence.Failed(Stage.MAIL, fault, detail));
    }

    /** What leaves first: everything up to DATA, or the first command alone. */
    private static String envelope(Session session, Transaction transaction) {
        return session.has("PIPELINING")
                ? mailAndRcpt(session, transaction) + "DATA\r\n"
                : mail(session, transaction);
    }

    private static String mailAndRcpt(Session session, Transaction transaction) {
        return mail(session, transaction)
                + transaction.recipients().stream()
                        .map(r -> rcpt(session, r))
                        .collect(Collectors.joining());
    }

    private static String mail(Session session, Transaction transaction) {
        Capabilities can = session.capabilities();
        MailOptions options = transaction.options();
        StringBuilder line = new StringBuilder("MAIL FROM:").append(transaction.from());
        if (can.has("SIZE")) {
            line.append(" SIZE=").append(transaction.size());
        }
        if (transaction.eightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (transaction.needsUtf8()) {
            line.append(" SMTPUTF8");
        }
        if (options.requireTls()) {
            line.append(" REQUIRETLS");
        }
        if (can.has("DSN")) {
            transaction.envelopeId().ifPresent(id -> line.append(" ENVID=").append(xtext(id)));
            line.append(options.returnHeadersOnly() ? " RET=HDRS" : "");
        }
        return line.append("\r\n").toString();
    }

    private static String rcpt(Session session, Recipient recipient) {
        StringBuilder line = new StringBuilder("RCPT TO:<").append(recipient.address()).append('>');
        if (session.capabilities().has("DSN") && !recipient.notifyOn().isEmpty()) {
            line.append(" NOTIFY=")
                    .append(
                            recipient.notifyOn().stream()
                                    .map(n -> n.name().toUpperCase(Locale.ROOT))
                                    .sorted()
                                    .collect(Collectors.joining(",")));
            recipient
                    .originalRecipient()
                    .ifPresent(given -> line.append(" ORCPT=").append(originalRecipient(given)));
        }
        return line.append("\r\n").toString();
    }

    private static String originalRecipient(String given) {
        int type = given.indexOf(';');
        return given.substring(0, type + 1) + xtext(given.substring(type + 1));
    }

    /** RFC 3461 4. */
    private static String xtext(String text) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c > ' ' && c < 0x7f && c != '+' && c != '=';
            encoded.append(plain ? String.valueOf(c) : String.format("+%02X", (int) c));
        }
        return encoded.toString();
    }

    private static Step envelopeReplied(Phase.Envelope at, Reply reply) {
        if (reply.code() == 421) {
            return cut(at, new Evidence.Answered(stage(at), reply));
        }
        if (at.isLastAsked()) {
            return at.chunked() ? chunkReplied(at, reply) : dataReplied(at, reply);
        }
        List<Optional<Evidence>> results = new ArrayList<>(at.results());
        if (at.answered() == 0) {
            if (!reply.isPositive()) {
                Collections.fill(results, Optional.of(refused(Stage.MAIL, reply)));
            }
        } else if (!reply.isPositive() && results.get(at.answered() - 1).isEmpty()) {
            results.set(at.answered() - 1, Optional.of(refused(Stage.RCPT, reply)));
        }
        Phase.Envelope next = at.answered(results);
        return at.session().has("PIPELINING") ? step(next) : nextCommand(next);
    }

    /** Without pipelining: the next RCPT, DATA, or nothing when nobody is left. */
    private static Step nextCommand(Phase.Envelope at) {
        boolean nobodyLeft = isNobodyLeft(at.results());
        if (!at.isLastAsked() && !nobodyLeft) {
            Recipient recipient = at.transaction().recipients().get(at.answered() - 1);
            return step(at, new Action.Send(rcpt(at.session(), recipient)));
        }
        return nobodyLeft
                ? reset(at.session(), known(at.results()), at.next())
                : step(at, new Action.Send("DATA\r\n"));
    }

    private static Step dataReplied(Phase.Envelope at, Reply reply) {
        if (reply.code() != 354) {
            List<Evidence> results = filled(at.results(), refused(Stage.DATA, reply));
            return reset(at.session(), results, at.next());
        }
        return isNobodyLeft(at.results())
                ? step(
                        new Phase.Emptied(at.session(), known(at.results()), at.next()),
                        new Action.Send(".\r\n"))
                : granted(at.session(), at.transaction(), at.results(), at.next());
    }

    /** RFC 3030 2: after a chunk that was refused only RSET leads back to a known state. */
    private static Step chunkReplied(Phase.Envelope at, Reply reply) {
        Session session = at.session();
        if (isNobodyLeft(at.results())) {
            return reset(session, known(at.results()), at.next());
        }
        if (reply.isPositive()) {
            Evidence taken = new Evidence.Answered(Stage.DOT, reply);
            return report(session, filled(at.results(), taken), false, at.next());
        }
        if (reply.code() >= 500 && reply.code() <= 504) {
            // It offers what it does not know; nothing was taken, so this is no second copy.
            List<Transaction> again = new ArrayList<>(List.of(at.transaction()));
            at.next().ifPresent(again::add);
            return step(
                    new Phase.Resetting(session.without("CHUNKING"), again),
                    new Action.Send("RSET\r\n"));
        }
        return reset(session, filled(at.results(), refused(Stage.DOT, reply)), at.next());
    }

    /** The content may leave, unless the outcome before it is not on disk yet. */
    private static Step granted(
            Session session,
            Transaction transaction,
            List<Optional<Evidence>> results,
            Optional<Transaction> next) {
        if (session.unrecorded() > 0) {
            return step(new Phase.Granted(session, transaction, results, next));
        }
        List<Action> actions = new ArrayList<>(List.of(new Action.SendContent()));
        next.filter(it -> goesBehind(session, it))
                .ifPresent(it -> actions.add(new Action.Send(envelope(session, it))));
        return step(
                new Phase.Content(session, transaction, results, false, next),
                actions.toArray(Action[]::new));
    }

    private static Step sent(Phase.Content at) {
        return step(
                new Phase.Content(at.session(), at.transaction(), at.results(), true, at.next()));
    }

    private static Step contentReplied(Phase.Content at, Reply reply) {
        if (!at.sent()) {
            // Whatever we said now, the server would read as content.
            return lost(at.results(), refused(Stage.DOT, reply), at.next());
        }
        Evidence answer =
                reply.isPositive()
                        ? new Evidence.Answered(Stage.DOT, reply)
                        : refused(Stage.DOT, reply);
        List<Evidence> results = filled(at.results(), answer);
        boolean closing = reply.code() == 421;
        Optional<Transaction> behind = at.next().filter(it -> goesBehind(at.session(), it));
        return behind.isPresent() && !closing
                ? step(
                        envelopeOf(at.session().reported(), behind.get(), false, Optional.empty()),
                        Action.Report.tried(results))
                : report(at.session(), results, closing, at.next());
    }

    /** A reply that is no consent: a refusal, or one that makes no sense here. */
    private static Evidence refused(Stage stage, Reply reply) {
        return reply.code() >= 400
                ? new Evidence.Answered(stage, reply)
                : new Evidence.Failed(
                        stage, Fault.PROTOCOL_ERROR, "the server answered out of turn: " + reply);
    }

    private static Step report(
            Session session, List<Evidence> results, boolean closing, Optional<Transaction> next) {
        List<Action> actions = new ArrayList<>(List.of(Action.Report.tried(results)));
        return closing
                ? end(actions, next.stream().toList())
                : start(session.reported(), next.stream().toList(), actions);
    }

    private static Step reset(Session session, List<Evidence> results, Optional<Transaction> next) {
        return step(
                new Phase.Resetting(session.reported(), next.stream().toList()),
                Action.Report.tried(results),
                new Action.Send("RSET\r\n"));
    }

    /** The session ends here: what can still be said is said. */
    private static Step broken(Phase phase, Fault fault, String detail) {
        return switch (phase) {
            case Phase.Greeting _ -> gone(new Evidence.Failed(Stage.BANNER, fault, detail));
            case Phase.Hello _ -> gone(new Evidence.Failed(Stage.EHLO, fault, detail));
            case Phase.TlsAsked _, Phase.Handshake _ ->
                    gone(new Evidence.Failed(Stage.STARTTLS, tls(fault), detail));
            case Phase.Envelope at -> cut(at, new Evidence.Failed(stage(at), fault, detail));
            case Phase.Granted at ->
                    lost(at.results(), new Evidence.Failed(Stage.DATA, fault, detail), at.next());
            case Phase.Content at ->
                    lost(
                            at.results(),
                            new Evidence.Failed(at.sent() ? Stage.DOT : Stage.DATA, fault, detail),
                            at.next());
            case Phase.Emptied(_, List<Evidence> results, var next) ->
                    end(
                            new ArrayList<>(List.of(Action.Report.tried(results))),
                            next.stream().toList());
            case Phase.Resetting(_, List<Transaction> then) -> end(new ArrayList<>(), then);
            case Phase.Ready _, Phase.Quitting _, Phase.Closed _ ->
                    step(new Phase.Closed(), new Action.Close());
        };
    }

    /** Our disk is late, which is nobody's failure at the host. */
    private static Step tooLate(Phase.Granted at) {
        Evidence why =
                new Evidence.Failed(
                        Stage.DATA,
                        Fault.REPLY_TIMEOUT,
                        "the outcome of the last message was not on disk in time");
        return ended(at.results(), new Result.NotTried(why), at.next());
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
     * The session ends within an envelope. Without an answer to MAIL nobody looked at the message;
     * at a RCPT it is about that recipient, and about the others only when their content has left
     * too, since a host that is gone may have taken it.
     */
    private static Step cut(Phase.Envelope at, Evidence why) {
        if (at.answered() == 0) {
            return ended(at.results(), new Result.NotTried(why), at.next());
        }
        boolean maybeTaken = at.chunked() && why instanceof Evidence.Failed;
        if (at.isLastAsked() || maybeTaken) {
            return lost(at.results(), why, at.next());
        }
        List<Optional<Evidence>> results = new ArrayList<>(at.results());
        int asked = at.answered() - 1;
        results.set(asked, results.get(asked).or(() -> Optional.of(why)));
        return ended(results, new Result.NotTried(why), at.next());
    }

    private static Step lost(
            List<Optional<Evidence>> results, Evidence rest, Optional<Transaction> next) {
        return ended(results, new Result.Tried(rest), next);
    }

    /** Closes in the middle of a transaction: those who have no result yet get this one. */
    private static Step ended(
            List<Optional<Evidence>> results, Result rest, Optional<Transaction> next) {
        boolean nothing =
                rest instanceof Result.NotTried && results.stream().allMatch(Optional::isEmpty);
        Action told =
                nothing
                        ? new Action.Return(rest.evidence())
                        : new Action.Report(
                                results.stream()
                                        .map(known -> known.<Result>map(Result.Tried::new))
                                        .map(known -> known.orElse(rest))
                                        .toList());
        return end(new ArrayList<>(List.of(told)), next.stream().toList());
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
        return step(new Phase.Closed(), actions.toArray(Action[]::new));
    }

    private static Stage stage(Phase.Envelope at) {
        if (at.answered() == 0) {
            return Stage.MAIL;
        }
        if (!at.isLastAsked()) {
            return Stage.RCPT;
        }
        return at.chunked() ? Stage.DOT : Stage.DATA;
    }

    private static boolean isNobodyLeft(List<Optional<Evidence>> results) {
        return results.stream().allMatch(Optional::isPresent);
    }

    private static List<Evidence> known(List<Optional<Evidence>> results) {
        return results.stream().map(Optional::orElseThrow).toList();
    }

    private static List<Evidence> filled(List<Optional<Evidence>> results, Evidence rest) {
        return results.stream().map(result -> result.orElse(rest)).toList();
    }
}
