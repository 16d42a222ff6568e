package facteur.mta.delivery;

import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Content;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SendMode;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.testkit.smtp.SmtpScript;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A dialogue script with what is to be delivered and what is to come of it.
 *
 * <pre>
 * deliver &lt;a@send.example&gt; to &lt;x@mx.example&gt; 8bit   one transaction; also utf8, requiretls, notify, size=N,
 *                                                    and ahead: assigned while the one before is under way
 * recorded late                                      outcomes come to disk only when content is withheld for them
 * tls required                                       or never; offered when nothing is said
 * impatient                                          C: &lt;close&gt; comes because the client is tired of waiting
 * =&gt; x@mx.example RCPT 550 5.1.1 unknown             the fact about each recipient, in order
 * =&gt; x@mx.example DATA CONNECTION_LOST
 * =&gt; x@mx.example not tried, RCPT 421 closing        it was in a message of which others were answered
 * =&gt; x@mx.example returned, MAIL CONNECTION_LOST     nothing was answered about the message
 * =&gt; unusable BANNER 554 no                          the session never became ready
 * new host                                           which has shown nothing of what it announces; else all
 * =&gt; refuses BEHIND_THE_DOT MAIL 503 no              what is remembered of the host, as it is learnt
 * </pre>
 */
public record Scenario(
        String name,
        SmtpScript script,
        SessionOptions options,
        List<Transaction> transactions,
        List<Boolean> ahead,
        boolean recordedLate,
        boolean impatient,
        Habits habits,
        List<String> outcomes) {
    private static final Habits NEW_HOST =
            new Habits(EnumSet.allOf(SendMode.class), Set.of(), 1, Integer.MAX_VALUE);
    private static final AddressParser ADDRESSES = AddressParser.ascii();
    private static final byte[] MESSAGE =
            "Subject: x\r\n\r\n.x\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String toString() {
        return name;
    }

    /** Every script of the directory. */
    public static List<Scenario> all() throws IOException, URISyntaxException {
        Path scripts =
                Path.of(Objects.requireNonNull(Scenario.class.getResource("scripts")).toURI());
        List<Scenario> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(scripts)) {
            for (Path file : files.sorted().toList()) {
                all.add(read(file.getFileName().toString(), Files.readString(file)));
            }
        }
        return all;
    }

    private static Scenario read(String name, String text) {
        SmtpScript script = SmtpScript.parse(text);
        SessionOptions.Tls tls = SessionOptions.Tls.OFFERED;
        List<Transaction> transactions = new ArrayList<>();
        List<String> outcomes = new ArrayList<>();
        List<Boolean> ahead = new ArrayList<>();
        boolean recordedLate = false;
        boolean impatient = false;
        Habits habits = Habits.PROVEN;
        for (String line : script.directives()) {
            if (line.startsWith("=> ")) {
                outcomes.add(line.substring(3));
            } else if (line.startsWith("deliver ")) {
                transactions.add(transaction(line.substring(8)));
                ahead.add(line.endsWith(" ahead"));
            } else if (line.equals("recorded late")) {
                recordedLate = true;
            } else if (line.startsWith("tls ")) {
                tls =
                        SessionOptions.Tls.valueOf(
                                line.substring(4).toUpperCase(java.util.Locale.ROOT));
            } else if (line.equals("impatient")) {
                impatient = true;
            } else if (line.equals("new host")) {
                habits = NEW_HOST;
            } else {
                throw new IllegalArgumentException(name + ": what is \"" + line + "\"?");
            }
        }
        return new Scenario(
                name,
                script,
                new SessionOptions("out.send.example", tls, "mx.example"),
                transactions,
                ahead,
                recordedLate,
                impatient,
                habits,
                outcomes);
    }

    private static Transaction transaction(String line) {
        List<String> words = List.of(line.split(" "));
        List<String> paths = words.stream().filter(w -> w.startsWith("<")).toList();
        boolean notify = words.contains("notify");
        List<Recipient> recipients =
                paths.stream().skip(1).map(path -> recipient(path, notify)).toList();
        return new Transaction(
                sender(paths.getFirst()),
                recipients,
                words.stream()
                        .filter(w -> w.startsWith("size="))
                        .findFirst()
                        .map(w -> Long.parseLong(w.substring(5)))
                        .orElse((long) MESSAGE.length),
                words.contains("8bit"),
                Optional.empty(),
                new MailOptions(
                        words.contains("8bit"),
                        words.contains("utf8"),
                        words.contains("requiretls"),
                        notify),
                notify ? Optional.of("id=1") : Optional.empty());
    }

    private static ReversePath sender(String path) {
        return path.equals("<>")
                ? new ReversePath.Null()
                : new ReversePath.Of(ADDRESSES.address(inner(path)).orElseThrow());
    }

    private static Recipient recipient(String path, boolean notify) {
        return new Recipient(
                ADDRESSES.address(inner(path)).orElseThrow(),
                notify ? Set.of(Recipient.Notify.FAILURE, Recipient.Notify.DELAY) : Set.of(),
                notify ? Optional.of("rfc822;x+y@z.example") : Optional.empty());
    }

    private static String inner(String path) {
        return path.substring(1, path.length() - 1);
    }

    /** The message that is handed over; a dot stands at the start of a line. */
    public Content content() {
        return Content.of(MESSAGE);
    }

    /** The facts in the words of a script. */
    public static List<String> told(Transaction transaction, List<RecipientResult> results) {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            told.add(transaction.recipients().get(i).address() + " " + told(results.get(i)));
        }
        return told;
    }

    /** That a message was not tried, in the words of a script. */
    public static List<String> returned(Transaction transaction, Evidence why) {
        return transaction.recipients().stream()
                .map(recipient -> recipient.address() + " returned, " + told(why))
                .toList();
    }

    /** What was learnt of the host, in the words of a script. */
    public static String told(HostObservation hostObservation) {
        return switch (hostObservation) {
            case HostObservation.Bears(var manner) -> "bears " + manner;
            case HostObservation.Refuses(var manner, var why) ->
                    "refuses " + manner + " " + told(why);
            case HostObservation.TookUp(int message) -> "took up message " + message;
            case HostObservation.HadEnough(int messages, var why) ->
                    "had enough after " + messages + ", " + told(why);
            case HostObservation.KnowsOnlyHelo _ -> "knows only HELO";
        };
    }

    private static String told(RecipientResult recipientResult) {
        return switch (recipientResult) {
            case RecipientResult.Tried(Evidence evidence) -> told(evidence);
            case RecipientResult.NotTried(Evidence why) -> "not tried, " + told(why);
        };
    }

    public static String told(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Answered(var stage, var reply) -> stage + " " + reply;
            case Evidence.Failed(var stage, var fault, _) -> stage + " " + fault;
        };
    }
}
