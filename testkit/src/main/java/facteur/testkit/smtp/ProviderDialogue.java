package facteur.testkit.smtp;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One connection's talk as a provider leads it: told what came, it answers what to do. Without
 * sockets, threads or clocks; owned by the thread of its connection.
 *
 * <pre>
 *   connected -> greeted -> hello -> mail -> rcpt* -> content -> hello ...
 *                             ^  starttls (the hello is forgotten)
 * </pre>
 */
final class ProviderDialogue {
    private static final Set<String> SENDER_PARAMETERS =
            Set.of("SIZE", "BODY", "SMTPUTF8", "RET", "ENVID");
    private static final Set<String> RECIPIENT_PARAMETERS = Set.of("NOTIFY", "ORCPT");

    private final ProviderOptions options;
    private final ProviderMemory memory;
    private final InetAddress peer;
    private final int connection;

    private String helo = "";
    private boolean tls;
    private boolean refusing;
    private int messages;
    private int transactions;
    private Optional<Transaction> current = Optional.empty();

    /** The mail being handed over. */
    private static final class Transaction {
        final String from;
        final Map<String, String> parameters;
        final List<String> recipients = new ArrayList<>();
        final List<String> recipientParameters = new ArrayList<>();
        final ByteArrayOutputStream chunks = new ByteArrayOutputStream(0);
        long chunkedBytes;

        Transaction(String from, Map<String, String> parameters) {
            this.from = from;
            this.parameters = parameters;
        }

        Optional<String> first(RecipientBehaviour behaviour) {
            return recipients.stream()
                    .filter(r -> RecipientBehaviour.of(r) == behaviour)
                    .findFirst();
        }
    }

    ProviderDialogue(
            ProviderOptions options, ProviderMemory memory, InetAddress peer, int connection) {
        this.options = options;
        this.memory = memory;
        this.peer = peer;
        this.connection = connection;
    }

    /**
     * The connection stands.
     *
     * @param crowded whether there are already as many as allowed
     * @param spokeFirst whether the client did not wait for the banner
     */
    List<ServerAct> connected(boolean crowded, boolean spokeFirst, Instant now) {
        if (crowded) {
            return ending(words(Situation.TOO_MANY_CONNECTIONS, now));
        }
        if (spokeFirst) {
            return blame(
                    "spoke before the greeting",
                    ServerReply.of(554, "5.5.1 You spoke before the greeting"));
        }
        if (options.greeting().isPresent()) {
            refusing = !options.greeting().get().positive();
            return say(options.greeting().get());
        }
        return say(words(Situation.BANNER, now));
    }

    /** A line came; {@code more} tells whether the client has already sent something after it. */
    List<ServerAct> on(SmtpInput.Line line, boolean more, Instant now) {
        return switch (line) {
            case SmtpInput.Line.End _ -> List.of(new ServerAct.Close());
            case SmtpInput.Line.TooLong _ -> say(ServerReply.of(500, "5.5.6 Line too long"));
            case SmtpInput.Line.BareNewline bare ->
                    blame(
                            "a bare CR or LF in: " + bare.text(),
                            ServerReply.of(500, "5.5.2 Bare CR or LF"));
            case SmtpInput.Line.Text text -> on(ClientCommand.parse(text.text()), more, now);
        };
    }

    private List<ServerAct> on(ClientCommand command, boolean more, Instant now) {
        if (refusing && !(command instanceof ClientCommand.Quit)) {
            return say(ServerReply.of(503, "5.5.1 No service here"));
        }
        if (more && mustNotBeFollowed(command)) {
            return blame(
                    "did not wait for the reply to " + command,
                    ServerReply.of(554, "5.5.0 SMTP synchronization error"));
        }
        return switch (command) {
            case ClientCommand.Hello hello -> hello(hello, now);
            case ClientCommand.Mail mail -> mail(mail, now);
            case ClientCommand.Rcpt rcpt -> rcpt(rcpt, now);
            case ClientCommand.Data _ -> data(now);
            case ClientCommand.Bdat bdat -> List.of(bdat(bdat));
            case ClientCommand.StartTls _ -> startTls();
            case ClientCommand.Rset _ -> reset();
            case ClientCommand.Noop _ -> say(ServerReply.of(250, "2.0.0 Nothing done"));
            case ClientCommand.Quit _ -> ending(words(Situation.BYE, now));
            case ClientCommand.Malformed malformed ->
                    say(ServerReply.of(501, "5.5.4 " + shortened(malformed.why())));
            case ClientCommand.Foreign foreign ->
                    say(
                            ServerReply.of(
                                    502,
                                    "5.5.1 " + shortened(foreign.verb()) + " is not done here"));
        };
    }

    /** RFC 2920 3.1: these end a group of commands; and without PIPELINING there are no groups. */
    private boolean mustNotBeFollowed(ClientCommand command) {
        return switch (command) {
            case ClientCommand.Hello _, ClientCommand.StartTls _, ClientCommand.Data _ -> true;
            case ClientCommand.Bdat _, ClientCommand.Quit _ -> false;
            case ClientCommand.Mail _,
                    ClientCommand.Rcpt _,
                    ClientCommand.Rset _,
                    ClientCommand.Noop _,
                    ClientCommand.Foreign _,
                    ClientCommand.Malformed _ ->
                    !options.extensions().contains(Extension.PIPELINING);
        };
    }

    private List<ServerAct> hello(ClientCommand.Hello hello, Instant now) {
        helo = hello.name();
        current = Optional.empty();
        ServerReply greeting = words(Situation.HELLO, now);
        List<String> lines = new ArrayList<>(greeting.lines());
        if (hello.extended()) {
            options.extensions().stream().map(Extension::keyword).sorted().forEach(lines::add);
            if (options.limits().sizeBytes() > 0) {
                lines.add("SIZE " + options.limits().sizeBytes());
            }
            if (options.tls() != TlsMode.NONE && !tls) {
                lines.add("STARTTLS");
            }
        }
        return say(new ServerReply(greeting.code(), lines));
    }

    private List<ServerAct> mail(ClientCommand.Mail mail, Instant now) {
        Optional<ServerReply> refusal = refusalOf(mail, now);
        if (refusal.isPresent()) {
            return say(refusal.get());
        }
        current = Optional.of(new Transaction(mail.path(), mail.parameters()));
        transactions++;
        return say(words(Situation.SENDER_ACCEPTED, now));
    }

    private Optional<ServerReply> refusalOf(ClientCommand.Mail mail, Instant now) {
        ProviderOptions.Limits limits = options.limits();
        if (helo.isEmpty()) {
            return Optional.of(ServerReply.of(503, "5.5.1 Say EHLO first"));
        }
        if (current.isPresent()) {
            return Optional.of(ServerReply.of(503, "5.5.1 MAIL was already given"));
        }
        if (options.tls() == TlsMode.REQUIRED && !tls) {
            return Optional.of(words(Situation.TLS_REQUIRED, now));
        }
        if (limits.messagesPerConnection() > 0 && messages >= limits.messagesPerConnection()) {
            return Optional.of(words(Situation.TOO_MANY_MESSAGES, now));
        }
        if (limits.messagesPerSecond() > 0 && memory.tooFast(limits.messagesPerSecond(), now)) {
            return Optional.of(words(Situation.RATE_LIMITED, now));
        }
        return wrongParameter(mail)
                .or(
                        () ->
                                tooLarge(announcedSize(mail))
                                        ? Optional.of(words(Situation.TOO_LARGE, now))
                                        : Optional.empty());
    }

    private Optional<ServerReply> wrongParameter(ClientCommand.Mail mail) {
        for (Map.Entry<String, String> parameter : mail.parameters().entrySet()) {
            if (!SENDER_PARAMETERS.contains(parameter.getKey()) || !offered(parameter.getKey())) {
                return Optional.of(
                        ServerReply.of(
                                555,
                                "5.5.4 Parameter not known here: "
                                        + shortened(parameter.getKey())));
            }
        }
        boolean wrongSize = !mail.parameters().getOrDefault("SIZE", "0").matches("[0-9]{1,18}");
        boolean wrongBody =
                !Set.of("7BIT", "8BITMIME")
                        .contains(
                                mail.parameters()
                                        .getOrDefault("BODY", "7BIT")
                                        .toUpperCase(Locale.ROOT));
        if (wrongSize || wrongBody) {
            return Optional.of(ServerReply.of(501, "5.5.4 A parameter has a wrong value"));
        }
        boolean foreign = !isAscii(mail.path()) && !mail.parameters().containsKey("SMTPUTF8");
        return foreign
                ? Optional.of(ServerReply.of(553, "5.6.7 A non-ASCII address needs SMTPUTF8"))
                : Optional.empty();
    }

    private boolean offered(String parameter) {
        return switch (parameter) {
            case "SIZE" -> options.limits().sizeBytes() > 0;
            case "BODY" -> options.extensions().contains(Extension.EIGHT_BIT_MIME);
            case "SMTPUTF8" -> options.extensions().contains(Extension.SMTPUTF8);
            default -> options.extensions().contains(Extension.DSN);
        };
    }

    private List<ServerAct> rcpt(ClientCommand.Rcpt rcpt, Instant now) {
        if (current.isEmpty()) {
            return say(ServerReply.of(503, "5.5.1 Give MAIL first"));
        }
        Transaction transaction = current.get();
        if (!rcpt.parameters().keySet().stream()
                .allMatch(p -> RECIPIENT_PARAMETERS.contains(p) && offered(p))) {
            return say(ServerReply.of(555, "5.5.4 Parameter not known here"));
        }
        if (!isAscii(rcpt.path()) && !transaction.parameters.containsKey("SMTPUTF8")) {
            return say(ServerReply.of(553, "5.6.7 A non-ASCII address needs SMTPUTF8"));
        }
        int limit = options.limits().recipientsPerMessage();
        if (limit > 0 && transaction.recipients.size() >= limit) {
            return say(words(Situation.TOO_MANY_RECIPIENTS, rcpt.path(), now));
        }
        return decide(rcpt, transaction, now);
    }

    private List<ServerAct> decide(ClientCommand.Rcpt rcpt, Transaction transaction, Instant now) {
        String to = rcpt.path();
        RecipientBehaviour behaviour = RecipientBehaviour.of(to);
        if (behaviour == RecipientBehaviour.OVERLOAD) {
            memory.pause(options.delays().pause(), now);
        }
        if (memory.isPaused(now)) {
            return ending(words(Situation.RATE_LIMITED, to, now));
        }
        return switch (behaviour) {
            case UNKNOWN -> say(words(Situation.UNKNOWN, to, now));
            case DISABLED, INACTIVE -> say(words(Situation.INACTIVE, to, now));
            case FULL -> say(words(Situation.FULL, to, now));
            case OVERQUOTA -> say(words(Situation.OVER_QUOTA, to, now));
            case DEFER -> say(words(Situation.DEFERRED, to, now));
            case BLOCKED -> say(words(Situation.BLOCKED, to, now));
            case RATELIMIT -> ending(words(Situation.RATE_LIMITED, to, now));
            case DROP -> List.of(new ServerAct.Close());
            case STALL ->
                    List.of(new ServerAct.Hang(options.delays().stall()), new ServerAct.Close());
            case GREYLIST ->
                    memory.wait(transaction.from, to, options.delays().greylist(), now).isPositive()
                            ? say(words(Situation.GREYLISTED, to, now))
                            : accept(rcpt, transaction, now);
            case DEFERONCE ->
                    memory.firstMeeting(transaction.from, to, now)
                            ? say(words(Situation.DEFERRED, to, now))
                            : accept(rcpt, transaction, now);
            case OK,
                    OVERLOAD,
                    SPAM,
                    TOOLARGE,
                    STALLDATA,
                    DROPDATA,
                    DROPDOT,
                    BOUNCE,
                    COMPLAIN,
                    AUTOREPLY ->
                    accept(rcpt, transaction, now);
        };
    }

    private List<ServerAct> accept(ClientCommand.Rcpt rcpt, Transaction transaction, Instant now) {
        transaction.recipients.add(rcpt.path());
        transaction.recipientParameters.add(rcpt.rawParameters());
        return say(words(Situation.RECIPIENT_ACCEPTED, rcpt.path(), now));
    }

    private List<ServerAct> data(Instant now) {
        Optional<ServerReply> refusal = notReadyForContent();
        if (refusal.isPresent()) {
            return say(refusal.get());
        }
        if (current.orElseThrow().chunkedBytes > 0) {
            return say(ServerReply.of(503, "5.5.1 DATA cannot follow BDAT"));
        }
        ServerAct read =
                current.orElseThrow().first(RecipientBehaviour.DROPDATA).isPresent()
                        ? new ServerAct.CutContent()
                        : new ServerAct.ReadContent();
        return List.of(new ServerAct.Say(words(Situation.START_DATA, now)), read);
    }

    private ServerAct bdat(ClientCommand.Bdat bdat) {
        boolean cut =
                current.isPresent()
                        && current.get().first(RecipientBehaviour.DROPDATA).isPresent()
                        && bdat.size() > 0;
        return cut ? new ServerAct.CutContent() : new ServerAct.ReadChunk(bdat.size(), bdat.last());
    }

    private Optional<ServerReply> notReadyForContent() {
        if (current.isEmpty()) {
            return Optional.of(ServerReply.of(503, "5.5.1 Give MAIL first"));
        }
        return current.get().recipients.isEmpty()
                ? Optional.of(ServerReply.of(554, "5.5.1 No valid recipients"))
                : Optional.empty();
    }

    private List<ServerAct> startTls() {
        if (options.tls() == TlsMode.NONE || tls) {
            return say(ServerReply.of(503, "5.5.1 No TLS now"));
        }
        return List.of(
                new ServerAct.Say(ServerReply.of(220, "2.0.0 Ready to start TLS")),
                new ServerAct.BeginTls());
    }

    /** TLS stands; what was said before does not count (RFC 3207 4.2). */
    void tlsEstablished() {
        tls = true;
        helo = "";
        current = Optional.empty();
    }

    private List<ServerAct> reset() {
        current = Optional.empty();
        return say(ServerReply.of(250, "2.0.0 Forgotten"));
    }

    /** A chunk was read; no longer than the size limit and one byte of it is kept. */
    List<ServerAct> chunk(byte[] kept, ClientCommand.Bdat bdat, Instant now) {
        Optional<ServerReply> refusal =
                options.extensions().contains(Extension.CHUNKING)
                        ? notReadyForContent()
                        : Optional.of(ServerReply.of(502, "5.5.1 BDAT is not done here"));
        if (refusal.isPresent()) {
            return say(refusal.get());
        }
        Transaction transaction = current.orElseThrow();
        transaction.chunkedBytes += bdat.size();
        if (!tooLarge(transaction.chunkedBytes)) {
            transaction.chunks.writeBytes(kept);
        }
        if (!bdat.last()) {
            return say(ServerReply.of(250, "2.0.0 " + bdat.size() + " bytes received"));
        }
        // Line ends inside chunks are the client's affair: RFC 3030 has no framing by lines.
        return content(
                new SmtpInput.Content(
                        transaction.chunks.toByteArray(), transaction.chunkedBytes, false),
                now);
    }

    /** The message was read up to its end. */
    List<ServerAct> content(SmtpInput.Content content, Instant now) {
        Transaction transaction = current.orElseThrow();
        current = Optional.empty();
        if (content.bareNewlines()) {
            return List.of(
                    new ServerAct.Blame(
                            "a bare CR or LF in a message from <" + transaction.from + ">"),
                    new ServerAct.Say(
                            ServerReply.of(550, "5.6.11 The message holds a bare CR or LF")));
        }
        if (transaction.first(RecipientBehaviour.DROPDOT).isPresent()) {
            return List.of(new ServerAct.Close());
        }
        if (transaction.first(RecipientBehaviour.STALLDATA).isPresent()) {
            return List.of(new ServerAct.Hang(options.delays().stall()), new ServerAct.Close());
        }
        if (tooLarge(content.size())
                || transaction.first(RecipientBehaviour.TOOLARGE).isPresent()) {
            return say(words(Situation.TOO_LARGE, now));
        }
        return transaction
                .first(RecipientBehaviour.SPAM)
                .map(spammed -> say(words(Situation.SPAM, spammed, now)))
                .orElseGet(() -> taken(transaction, content, now));
    }

    private List<ServerAct> taken(Transaction transaction, SmtpInput.Content content, Instant now) {
        messages++;
        TakenMessage takenMessage =
                new TakenMessage(
                        now,
                        helo,
                        tls,
                        peer,
                        transaction.from,
                        transaction.parameters,
                        transaction.recipients,
                        transaction.recipientParameters,
                        content.kept(),
                        content.size(),
                        connection);
        List<ServerAct> acts = new ArrayList<>();
        acts.add(new ServerAct.Take(takenMessage));
        for (String recipient : transaction.recipients) {
            RecipientBehaviour kind = RecipientBehaviour.of(recipient);
            switch (kind) {
                case BOUNCE, COMPLAIN, AUTOREPLY ->
                        acts.add(new ServerAct.Return(kind, takenMessage, recipient));
                default -> {}
            }
        }
        acts.add(new ServerAct.Say(words(Situation.QUEUED, now)));
        return acts;
    }

    private static long announcedSize(ClientCommand.Mail mail) {
        return Long.parseLong(mail.parameters().getOrDefault("SIZE", "0"));
    }

    private boolean tooLarge(long bytes) {
        return options.limits().sizeBytes() > 0 && bytes > options.limits().sizeBytes();
    }

    private static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100);
    }

    /** RFC 5321 3.8: a server that says 421 closes. */
    private static List<ServerAct> say(ServerReply reply) {
        return reply.code() == 421 ? ending(reply) : List.of(new ServerAct.Say(reply));
    }

    private static List<ServerAct> ending(ServerReply reply) {
        return List.of(new ServerAct.Say(reply), new ServerAct.Close());
    }

    private static List<ServerAct> blame(String why, ServerReply reply) {
        return List.of(new ServerAct.Blame(why), new ServerAct.Say(reply), new ServerAct.Close());
    }

    private ServerReply words(Situation situation, Instant now) {
        return words(situation, "", now);
    }

    private ServerReply words(Situation situation, String to, Instant now) {
        Map<String, String> values = new HashMap<>();
        values.put("host", options.hostName());
        values.put("peer", peer.getHostAddress());
        values.put("helo", helo);
        values.put("from", current.map(t -> t.from).orElse(""));
        values.put("to", to);
        values.put("domain", to.substring(to.lastIndexOf('@') + 1));
        values.put(
                "id", Long.toString(connection * 1_000_003L + transactions, 36) + "si" + messages);
        values.put("epoch", Long.toString(now.getEpochSecond()));
        values.put(
                "date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        values.put("seconds", Long.toString(Math.max(1, options.delays().greylist().toSeconds())));
        values.put("size", Long.toString(options.limits().sizeBytes()));
        return options.preset().reply(situation, values);
    }
}
