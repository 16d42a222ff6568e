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
 *   Greeting -220-> Hello -250-> Ready <------------------------------+
 *                   |  ^                | Assigned                     |
 *              STARTTLS |               v                              |
 *                   v   |           Envelope -354-> Content -reply-> Report
 *              TlsAsked |               | nobody left                  ^
 *                   v   |               +-354-> Emptied -reply---------+
 *               Handshake               +-else-> Resetting -reply------+
 * </pre>
 *
 * With PIPELINING the whole envelope goes out at once and the replies are counted off (RFC 2920);
 * without, command by command. A 421, a garbled reply, a time-out and a lost connection may come
 * anywhere: whoever has no result yet gets that one, with the stage that was reached, and the
 * connection is closed. Each recipient of a transaction gets just one result.
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

    private Dialogue() {}

    /** The talk on a new connection. */
    public static Step begin(SessionOptions options) {
        return new Step(new Phase.Greeting(options), List.of(), BANNER);
    }

    /** What to do when {@code signal} comes in {@code phase}. */
    public static Step on(Phase phase, Signal signal) {
        return switch (signal) {
            case Signal.Replied(Reply reply) -> replied(phase, reply);
            case Signal.Garbled(String line) ->
                    broken(phase, Fault.PROTOCOL_ERROR, "not an SMTP reply: " + line);
            case Signal.TimedOut _ -> broken(phase, Fault.REPLY_TIMEOUT, "no reply in time");
            case Signal.Disconnected(String detail) -> broken(phase, Fault.CONNECTION_LOST, detail);
            case Signal.TlsEstablished(String protocol) ->
                    phase instanceof Phase.Handshake(SessionOptions options)
                            ? hello(options, protocol, false, List.of())
                            : unexpected(phase, "a finished handshake");
            case Signal.TlsFailed(String detail) -> broken(phase, Fault.TLS_FAILURE, detail);
            case Signal.Assigned(Transaction transaction) ->
                    phase instanceof Phase.Ready(Session session)
                            ? assigned(session, transaction)
                            : unexpected(phase, "a transaction");
            case Signal.ContentSent _ ->
                    phase instanceof Phase.Content content
                            ? sent(content)
                            : new Step(phase, List.of(), QUIT);
            case Signal.Finish _ -> quit(List.of());
        };
    }

    private static Step unexpected(Phase phase, String what) {
        throw new IllegalStateException(what + " in phase " + phase);
    }

    private static Step replied(Phase phase, Reply reply) {
        return switch (phase) {
            case Phase.Greeting(SessionOptions options) ->
                    reply.code() == 220
                            ? hello(options, "", false, List.of())
                            : unusable(refused(Stage.BANNER, reply));
            case Phase.Hello(SessionOptions options, String tls, boolean helo) ->
                    helloReplied(options, tls, helo, reply);
            case Phase.TlsAsked(SessionOptions options, Capabilities inClear) ->
                    tlsReplied(options, inClear, reply);
            case Phase.Handshake _ ->
                    broken(phase, Fault.PROTOCOL_ERROR, "a reply during the handshake");
            // Nothing was asked: a server that says good-bye, mostly.
            case Phase.Ready _ -> new Step(new Phase.Closed(), List.of(new Action.Close()), QUIT);
            case Phase.Envelope envelope -> envelopeReplied(envelope, reply);
            case Phase.Content content -> contentReplied(content, reply);
            case Phase.Emptied(Session session, List<Evidence> results) ->
                    report(session, results, reply.code() == 421);
            case Phase.Resetting(Session session) ->
                    reply.isPositive()
                            ? new Step(new Phase.Ready(session), List.of(), COMMAND)
                            : new Step(new Phase.Closed(), List.of(new Action.Close()), QUIT);
            case Phase.Quitting _ ->
                    new Step(new Phase.Closed(), List.of(new Action.Close()), QUIT);
            case Phase.Closed _ -> new Step(phase, List.of(), QUIT);
        };
    }

    private static Step hello(
            SessionOptions options, String tls, boolean helo, List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        actions.add(new Action.Send((helo ? "HELO " : "EHLO ") + options.ehlo() + "\r\n"));
        return new Step(new Phase.Hello(options, tls, helo), actions, COMMAND);
    }

    private static Step helloReplied(
            SessionOptions options, String tls, boolean helo, Reply reply) {
        if (!reply.isPositive()) {
            boolean mayFallBack = !helo && reply.code() / 100 == 5;
            return mayFallBack
                    ? hello(options, tls, true, List.of())
                    : unusable(refused(Stage.EHLO, reply));
        }
        Capabilities capabilities = helo ? Capabilities.none() : Capabilities.of(reply);
        boolean wanted = tls.isEmpty() && options.tls() != SessionOptions.Tls.NEVER;
        if (wanted && capabilities.has("STARTTLS")) {
            return new Step(
                    new Phase.TlsAsked(options, capabilities),
                    List.of(new Action.Send("STARTTLS\r\n")),
                    COMMAND);
        }
        if (wanted && options.tls() == SessionOptions.Tls.REQUIRED) {
            return unusable(
                    new Evidence.Failed(
                            Stage.STARTTLS,
                            Fault.TLS_FAILURE,
                            "TLS is required and the server does not offer it"));
        }
        return new Step(
                new Phase.Ready(new Session(options, capabilities, tls)), List.of(), COMMAND);
    }

    private static Step tlsReplied(SessionOptions options, Capabilities inClear, Reply reply) {
        if (reply.code() == 220) {
            return new Step(
                    new Phase.Handshake(options), List.of(new Action.StartTls()), HANDSHAKE);
        }
        if (options.tls() == SessionOptions.Tls.REQUIRED || reply.code() == 421) {
            return unusable(refused(Stage.STARTTLS, reply));
        }
        return new Step(new Phase.Ready(new Session(options, inClear, "")), List.of(), COMMAND);
    }

    private static Step unusable(Evidence why) {
        return new Step(
                new Phase.Quitting(),
                List.of(new Action.Unusable(why), new Action.Send("QUIT\r\n")),
                QUIT);
    }

    private static Step quit(List<Action> before) {
        List<Action> actions = new ArrayList<>(before);
        actions.add(new Action.Send("QUIT\r\n"));
        return new Step(new Phase.Quitting(), actions, QUIT);
    }

    private static Step assigned(Session session, Transaction transaction) {
        Optional<Evidence> obstacle = obstacle(session, transaction);
        if (obstacle.isPresent()) {
            List<Evidence> results =
                    Collections.nCopies(transaction.recipients().size(), obstacle.get());
            return new Step(new Phase.Ready(session), List.of(new Action.Report(results)), COMMAND);
        }
        boolean pipelining = session.capabilities().has("PIPELINING");
        String lines =
                pipelining
                        ? mail(session, transaction)
                                + transaction.recipients().stream()
                                        .map(r -> rcpt(session, r))
                                        .collect(Collectors.joining())
                                + "DATA\r\n"
                        : mail(session, transaction);
        List<Optional<Evidence>> unknown =
                Collections.nCopies(transaction.recipients().size(), Optional.empty());
        return new Step(
                new Phase.Envelope(session, transaction, 0, unknown),
                List.of(new Action.Send(lines)),
                COMMAND);
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
                    "the message has 8-bit content and the server does not offer 8BITMIME (RFC"
                            + " 6152)");
        }
        return Optional.empty();
    }

    private static Optional<Evidence> failed(Fault fault, String detail) {
        return Optional.of(new Evidence.Failed(Stage.MAIL, fault, detail));
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
        int recipients = at.transaction().recipients().size();
        boolean isDataReply = at.answered() == recipients + 1;
        if (reply.code() == 421) {
            return lost(at.results(), new Evidence.Answered(stage(at), reply));
        }
        if (isDataReply) {
            return dataReplied(at, reply);
        }
        List<Optional<Evidence>> results = new ArrayList<>(at.results());
        if (at.answered() == 0) {
            if (!reply.isPositive()) {
                Collections.fill(results, Optional.of(refused(Stage.MAIL, reply)));
            }
        } else if (!reply.isPositive() && results.get(at.answered() - 1).isEmpty()) {
            results.set(at.answered() - 1, Optional.of(refused(Stage.RCPT, reply)));
        }
        Phase.Envelope next =
                new Phase.Envelope(at.session(), at.transaction(), at.answered() + 1, results);
        return at.session().capabilities().has("PIPELINING")
                ? new Step(next, List.of(), timeout(next))
                : nextCommand(next);
    }

    /** Without pipelining: the next RCPT, DATA, or nothing when nobody is left. */
    private static Step nextCommand(Phase.Envelope at) {
        List<Recipient> recipients = at.transaction().recipients();
        boolean nobodyLeft = at.results().stream().allMatch(Optional::isPresent);
        if (at.answered() <= recipients.size() && !nobodyLeft) {
            String line = rcpt(at.session(), recipients.get(at.answered() - 1));
            return new Step(at, List.of(new Action.Send(line)), timeout(at));
        }
        return nobodyLeft
                ? reset(at.session(), known(at.results()))
                : new Step(at, List.of(new Action.Send("DATA\r\n")), DATA);
    }

    private static Duration timeout(Phase.Envelope at) {
        return at.answered() == at.transaction().recipients().size() + 1 ? DATA : COMMAND;
    }

    private static Step dataReplied(Phase.Envelope at, Reply reply) {
        boolean nobodyLeft = at.results().stream().allMatch(Optional::isPresent);
        if (reply.code() == 354) {
            return nobodyLeft
                    ? new Step(
                            new Phase.Emptied(at.session(), known(at.results())),
                            List.of(new Action.Send(".\r\n")),
                            FINAL_DOT)
                    : new Step(
                            new Phase.Content(at.session(), at.transaction(), at.results(), false),
                            List.of(new Action.SendContent()),
                            BLOCK);
        }
        return reset(at.session(), filled(at.results(), refused(Stage.DATA, reply)));
    }

    private static Step sent(Phase.Content at) {
        return new Step(
                new Phase.Content(at.session(), at.transaction(), at.results(), true),
                List.of(),
                FINAL_DOT);
    }

    private static Step contentReplied(Phase.Content at, Reply reply) {
        if (!at.sent()) {
            // Whatever we said now, the server would read as content.
            return lost(at.results(), refused(Stage.DOT, reply));
        }
        Evidence answer =
                reply.isPositive()
                        ? new Evidence.Answered(Stage.DOT, reply)
                        : refused(Stage.DOT, reply);
        return report(at.session(), filled(at.results(), answer), reply.code() == 421);
    }

    /** A reply that is no consent: a refusal, or one that makes no sense here. */
    private static Evidence refused(Stage stage, Reply reply) {
        return reply.code() >= 400
                ? new Evidence.Answered(stage, reply)
                : new Evidence.Failed(
                        stage, Fault.PROTOCOL_ERROR, "the server answered out of turn: " + reply);
    }

    private static Step report(Session session, List<Evidence> results, boolean closing) {
        Action report = new Action.Report(results);
        return closing
                ? new Step(new Phase.Closed(), List.of(report, new Action.Close()), QUIT)
                : new Step(new Phase.Ready(session), List.of(report), COMMAND);
    }

    private static Step reset(Session session, List<Evidence> results) {
        return new Step(
                new Phase.Resetting(session),
                List.of(new Action.Report(results), new Action.Send("RSET\r\n")),
                RSET);
    }

    /** The session ends here: what can still be said is said. */
    private static Step broken(Phase phase, Fault fault, String detail) {
        return switch (phase) {
            case Phase.Greeting _ -> gone(new Evidence.Failed(Stage.BANNER, fault, detail));
            case Phase.Hello _ -> gone(new Evidence.Failed(Stage.EHLO, fault, detail));
            case Phase.TlsAsked _, Phase.Handshake _ ->
                    gone(new Evidence.Failed(Stage.STARTTLS, tls(fault), detail));
            case Phase.Envelope at ->
                    lost(at.results(), new Evidence.Failed(stage(at), fault, detail));
            case Phase.Content at ->
                    lost(
                            at.results(),
                            new Evidence.Failed(at.sent() ? Stage.DOT : Stage.DATA, fault, detail));
            case Phase.Emptied(_, List<Evidence> results) ->
                    new Step(
                            new Phase.Closed(),
                            List.of(new Action.Report(results), new Action.Close()),
                            QUIT);
            case Phase.Ready _, Phase.Resetting _, Phase.Quitting _, Phase.Closed _ ->
                    new Step(new Phase.Closed(), List.of(new Action.Close()), QUIT);
        };
    }

    /** Whatever goes wrong between STARTTLS and the end of the handshake is TLS's. */
    private static Fault tls(Fault fault) {
        return fault == Fault.CONNECTION_LOST || fault == Fault.PROTOCOL_ERROR
                ? Fault.TLS_FAILURE
                : fault;
    }

    private static Step gone(Evidence why) {
        return new Step(
                new Phase.Closed(), List.of(new Action.Unusable(why), new Action.Close()), QUIT);
    }

    private static Step lost(List<Optional<Evidence>> results, Evidence rest) {
        return new Step(
                new Phase.Closed(),
                List.of(new Action.Report(filled(results, rest)), new Action.Close()),
                QUIT);
    }

    private static Stage stage(Phase.Envelope at) {
        if (at.answered() == 0) {
            return Stage.MAIL;
        }
        return at.answered() <= at.transaction().recipients().size() ? Stage.RCPT : Stage.DATA;
    }

    private static List<Evidence> known(List<Optional<Evidence>> results) {
        return results.stream().map(Optional::orElseThrow).toList();
    }

    private static List<Evidence> filled(List<Optional<Evidence>> results, Evidence rest) {
        return results.stream().map(result -> result.orElse(rest)).toList();
    }
}
