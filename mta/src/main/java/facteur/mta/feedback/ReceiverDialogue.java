package facteur.mta.feedback;

import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.token.TokenSeal;
import facteur.mta.smtpd.PathReader;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What the receiver of returned mail answers to each line of a client. No sockets, no clock; it
 * belongs to one connection.
 *
 * <pre>
 *            EHLO             MAIL             RCPT taken          DATA
 *   greeted -----> ready ----------> sender ------------> named -------> content, then ready
 *                    ^---------------- RSET, EHLO, end of content ----------'
 * </pre>
 *
 * <p>STARTTLS leads back to greeted, and what was said before is forgotten (RFC 3207 4.2).
 *
 * <p>Taken at RCPT: a sealed return-path from the null sender, from a postmaster, or from a desk
 * that sends complaints; a sealed address to unsubscribe at, from a person; the desks. Everything
 * else is refused there, so that nobody can leave anything here who was not written to.
 */
final class ReceiverDialogue {
    /** Octets of one returned mail; what lies beyond the part that is read is thrown away. */
    static final long MAX_SIZE = 50L << 20;

    static final int MAX_RECIPIENTS = 100;
    // A client that guesses, or has lost its way.
    private static final int MAX_REFUSALS = 20;
    private static final int MAX_COMMANDS = 1000;

    /** Names under which servers and feedback loops send reports with a sender. */
    private static final Set<String> REPORTERS =
            Set.of(
                    "postmaster",
                    "mailer-daemon",
                    "mail-daemon",
                    "fbl",
                    "feedback",
                    "feedbackloop",
                    "feedback-loop",
                    "complaints",
                    "complaint",
                    "abuse",
                    "arf",
                    "scomp",
                    "staff");

    /** What follows from a line. */
    sealed interface Step {
        record Answer(List<String> lines) implements Step {}

        /** The answer is 354; then content for these addresses. */
        record Content(List<ReturnAddress> to) implements Step {
            public Content {
                to = List.copyOf(to);
            }
        }

        /** TLS begins behind the answer. */
        record StartTls(String line) implements Step {}

        /** The connection is closed behind the answer. */
        record Close(String line) implements Step {}
    }

    private static final Pattern POSTMASTER =
            Pattern.compile("^(TO: *<postmaster)>", Pattern.CASE_INSENSITIVE);

    private final String hostname;
    private final Domain ours;
    private final Supplier<TokenSeal> seal;
    private final PathReader paths;
    private final FeedbackFigures figures;
    private boolean offersTls;
    private boolean greeted;
    private boolean begun;
    private boolean utf8;
    private @Nullable ReversePath from;
    private final List<ReturnAddress> to = new ArrayList<>();
    private int refusals;
    private int commands;

    ReceiverDialogue(
            String hostname,
            Domain ours,
            Supplier<TokenSeal> seal,
            PathReader paths,
            FeedbackFigures figures,
            boolean offersTls) {
        this.hostname = hostname;
        this.ours = ours;
        this.seal = seal;
        this.paths = paths;
        this.figures = figures;
        this.offersTls = offersTls;
    }

    String greeting() {
        return "220 " + hostname + " ESMTP reports and complaints only";
    }

    Step line(byte[] octets) {
        if (++commands > MAX_COMMANDS) {
            return new Step.Close("421 4.7.0 too many commands");
        }
        String line = new String(octets, StandardCharsets.UTF_8).strip();
        int blank = line.indexOf(' ');
        String verb = (blank < 0 ? line : line.substring(0, blank)).toUpperCase(Locale.ROOT);
        String argument = blank < 0 ? "" : line.substring(blank + 1).strip();
        Step step =
                switch (verb) {
                    case "EHLO" -> greet(argument, true);
                    case "HELO" -> greet(argument, false);
                    case "STARTTLS" -> startTls(argument);
                    case "MAIL" -> mail(argument);
                    case "RCPT" -> rcpt(argument);
                    case "DATA" -> data(argument);
                    case "RSET" -> {
                        reset();
                        yield answer("250 2.0.0 ok");
                    }
                    case "NOOP" -> answer("250 2.0.0 ok");
                    case "VRFY" -> answer("252 2.5.0 Cannot VRFY user");
                    case "QUIT" -> new Step.Close("221 2.0.0 Bye");
                    default -> refused("502 5.5.1 command not implemented");
                };
        return refusals > MAX_REFUSALS ? new Step.Close("421 4.7.0 Too many errors") : step;
    }

    /** Whether a transaction was begun, at any time. */
    boolean hasBegun() {
        return begun;
    }

    /** The content is in; another transaction may begin. */
    void reset() {
        from = null;
        to.clear();
    }

    private Step greet(String name, boolean extended) {
        if (name.isEmpty()) {
            return refused("501 5.5.4 host name required");
        }
        greeted = true;
        reset();
        if (!extended) {
            return answer("250 " + hostname);
        }
        List<String> lines = new ArrayList<>(List.of("250-" + hostname, "250-PIPELINING"));
        if (offersTls) {
            lines.add("250-STARTTLS");
        }
        lines.addAll(
                List.of(
                        "250-SIZE " + MAX_SIZE,
                        "250-8BITMIME",
                        "250-SMTPUTF8",
                        "250 ENHANCEDSTATUSCODES"));
        return new Step.Answer(lines);
    }

    private Step startTls(String argument) {
        if (!offersTls) {
            return refused("502 5.5.1 TLS is active already or not available");
        }
        if (!argument.isEmpty()) {
            return refused("501 5.5.4 STARTTLS takes no argument");
        }
        offersTls = false;
        greeted = false;
        reset();
        return new Step.StartTls("220 2.0.0 Ready to start TLS");
    }

    private Step mail(String argument) {
        if (!greeted) {
            return refused("503 5.5.1 EHLO first");
        }
        if (from != null) {
            return refused("503 5.5.1 a transaction is under way");
        }
        return switch (paths.mail(argument, MAX_SIZE)) {
            case PathReader.Read.Refused(String reply) -> refused(reply);
            case PathReader.Read.Mail(var path, var options, var _) -> {
                from = path;
                begun = true;
                utf8 = options.utf8();
                yield answer("250 2.1.0 ok");
            }
            case PathReader.Read.Rcpt _ -> throw new IllegalStateException("MAIL read as RCPT");
        };
    }

    private Step rcpt(String argument) {
        ReversePath sender = from;
        if (sender == null) {
            return refused("503 5.5.1 MAIL first");
        }
        if (to.size() >= MAX_RECIPIENTS) {
            return answer("452 4.5.3 too many recipients");
        }
        // Without a domain as well (RFC 5321 4.5.1).
        String path = POSTMASTER.matcher(argument).replaceFirst("$1@" + ours.name() + ">");
        return switch (paths.rcpt(path, utf8)) {
            case PathReader.Read.Refused(String reply) -> refused(reply);
            case PathReader.Read.Rcpt(var recipient) ->
                    named(ReturnAddress.read(recipient.address(), ours, seal.get()), sender);
            case PathReader.Read.Mail _ -> throw new IllegalStateException("RCPT read as MAIL");
        };
    }

    private Step named(ReturnAddress address, ReversePath sender) {
        return switch (address) {
            case ReturnAddress.Bounce _ ->
                    mayReport(sender)
                            ? taken(address)
                            : refused(
                                    "550 5.7.1 only reports come here: the sender must be null or"
                                            + " a postmaster");
            case ReturnAddress.Leave _ ->
                    sender instanceof ReversePath.Null
                            ? refused("550 5.7.1 only a reader can unsubscribe, not a report")
                            : taken(address);
            case ReturnAddress.RoleAddress _ -> taken(address);
            case ReturnAddress.Forged _ -> {
                figures.forged().increment();
                yield refused("550 5.1.1 this address was not issued by this server");
            }
            case ReturnAddress.Unknown _ -> refused("550 5.1.1 no such address");
            case ReturnAddress.Elsewhere _ -> refused("550 5.7.1 relaying denied");
        };
    }

    private static boolean mayReport(ReversePath sender) {
        return switch (sender) {
            case ReversePath.Null _ -> true;
            case ReversePath.Of(var address) ->
                    REPORTERS.contains(address.localPart().toLowerCase(Locale.ROOT));
        };
    }

    private Step taken(ReturnAddress address) {
        if (!to.contains(address)) {
            to.add(address);
        }
        return answer("250 2.1.5 ok");
    }

    private Step data(String argument) {
        if (!argument.isEmpty()) {
            return refused("501 5.5.4 DATA takes no argument");
        }
        if (from == null) {
            return refused("503 5.5.1 MAIL first");
        }
        if (to.isEmpty()) {
            return refused("554 5.5.1 no valid recipients");
        }
        return new Step.Content(to);
    }

    private Step refused(String reply) {
        refusals++;
        figures.refused().increment();
        return answer(reply);
    }

    private static Step answer(String line) {
        return new Step.Answer(List.of(line));
    }
}
