package facteur.mta.feedback;

import facteur.mail.outcome.Stage;
import facteur.mail.smtp.EnhancedStatus;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.Ruling;
import facteur.mta.feedback.mime4j.DecodedField;
import facteur.mta.feedback.mime4j.MailParts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds in a notice of plain words who was not reached, and why. Servers write the address alone on
 * a line, before a colon, or after "to"; the reason stands behind it, in the next paragraph, or
 * before.
 */
final class TextBounceReader {
    private static final String NOT_KNOWN = "unknown";
    private static final int MOST_RECIPIENTS = 100;
    private static final int MOST_REASON_LINES = 20;
    // Where a reason may stand; more would let a long notice buy much work.
    private static final int MOST_PLACES = 30;
    private static final int LINES_OF_A_TRANSCRIPT = 5;
    private static final List<String> BARE_FOLLOWS =
            List.of(
                    "following",
                    "undeliverable to",
                    "not delivered to",
                    "recipient",
                    "accepting mail from",
                    "could not be delivered",
                    "addresses failed");

    /** How surely a line names a recipient. */
    private enum Sureness {
        ALONE,
        AFTER_WORDS,
        ANYWHERE
    }

    private record Mention(String address, int line, int end) {}

    /** A notice that names no recipient: the mail had one, and the token says which. */
    private static final Mention NOBODY = new Mention("", -1, 0);

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._'+-]{0,63}";
    // A mailbox alone on its line, or before a reason in parentheses or columns.
    private static final Pattern BARE =
            Pattern.compile("[ \\t]+(" + NAME + ")([ \\t]*|[ \\t]+\\(.*|[ \\t]{2,}.*)");
    private static final Pattern WORDS = Pattern.compile("[^a-z0-9._'+-]+");
    private static final Pattern CODE =
            Pattern.compile("[45][0-9]{2}([ -][45]\\.[0-9]{1,3}\\.[0-9]{1,3})?");

    private final BounceClassifier classifier;

    TextBounceReader(BounceClassifier classifier) {
        this.classifier = classifier;
    }

    /**
     * @param kind of the notice
     */
    List<ReportedRecipient> recipients(
            MailParts mail, BounceText bounceText, List<DecodedField> enclosed, ReturnKind kind) {
        List<Mention> mentions = mentions(mail, bounceText, enclosed);
        if (mentions.isEmpty()) {
            mentions = List.of(bare(bounceText).orElse(NOBODY));
        }
        List<ReportedRecipient> recipients = new ArrayList<>();
        for (int i = 0; i < mentions.size(); i++) {
            Mention mention = mentions.get(i);
            int until =
                    i + 1 < mentions.size()
                            ? mentions.get(i + 1).line()
                            : bounceText.lines().size();
            String own = ownReason(bounceText, mention, Math.max(until, mention.line() + 1));
            recipients.add(recipient(mention, own, mail, bounceText, kind));
        }
        return recipients;
    }

    private ReportedRecipient recipient(
            Mention mention, String own, MailParts mail, BounceText bounceText, ReturnKind kind) {
        Reason reason =
                reason(
                        own,
                        bounceText,
                        mention.address(),
                        mention.line(),
                        mail.header("subject").orElse(""));
        boolean named = mention.address().indexOf('@') >= 0;
        return new ReportedRecipient(
                mention.address(),
                named ? List.of(mention.address()) : List.of(),
                List.of(),
                kind,
                Optional.of(reason.ruling()),
                reason.status(),
                reason.text());
    }

    /** A reason with what the rules make of it. */
    record Reason(String text, Ruling ruling) {
        Optional<EnhancedStatus> status() {
            return BounceClassifier.status(text);
        }

        boolean isKnown() {
            return !ruling.rule().equals(NOT_KNOWN);
        }
    }

    Reason classified(String text) {
        return new Reason(text, classifier.classify(Stage.REPORT, Optional.empty(), text));
    }

    /** The first of the places where reasons stand that says something we know. */
    Reason reason(String own, BounceText bounceText, String address, int line, String subject) {
        Reason first = classified(own);
        if (first.isKnown()) {
            return first;
        }
        List<String> places = places(bounceText, line);
        return known(about(address, bounceText))
                .or(() -> known(quotations(bounceText)))
                .or(() -> known(places.stream().filter(BounceClassifier::quotesReply)))
                .or(() -> known(places.stream().filter(place -> !introduces(place))))
                .or(() -> known(places.stream()))
                .or(() -> known(Stream.of(subject)))
                .orElse(first);
    }

    /** "The following recipients could not be reached:" says that they were not, and not why. */
    private static boolean introduces(String place) {
        return place.strip().endsWith(":");
    }

    private Optional<Reason> known(Stream<String> texts) {
        return texts.map(this::classified).filter(Reason::isKnown).findFirst();
    }

    /** Paragraphs behind the recipient first, then those before. */
    private static List<String> places(BounceText bounceText, int line) {
        int size = bounceText.lines().size();
        List<String> places =
                new ArrayList<>(bounceText.paragraphs(Math.clamp(line + 1, 0, size), size));
        places.addAll(bounceText.paragraphs(0, Math.clamp(line, 0, size)));
        return places.subList(0, Math.min(places.size(), MOST_PLACES));
    }

    /**
     * What a transcript says of one of several recipients: the lines that name it, each with those
     * behind it that name no other recipient.
     */
    private static Stream<String> about(String address, BounceText bounceText) {
        return bounceText.linesOf(address).stream()
                .limit(MOST_PLACES)
                .map(line -> withWhatFollows(line, bounceText.lines()));
    }

    private static String withWhatFollows(int line, List<String> lines) {
        StringBuilder place = new StringBuilder(lines.get(line).strip());
        int end = Math.min(lines.size(), line + LINES_OF_A_TRANSCRIPT);
        for (String next : lines.subList(line + 1, end)) {
            if (next.isBlank() || next.indexOf('@') >= 0 || next.startsWith(">>>")) {
                break;
            }
            place.append(' ').append(next.strip());
        }
        return place.toString();
    }

    /** The mailbox that a host names without a domain, behind a line that leads to it. */
    private static Optional<Mention> bare(BounceText bounceText) {
        boolean led = false;
        for (int i = 0; i < bounceText.lines().size(); i++) {
            String line = bounceText.lines().get(i);
            String words = line.strip().toLowerCase(Locale.ROOT);
            Matcher bare = BARE.matcher(line);
            if (led && bare.matches()) {
                return Optional.of(new Mention(bare.group(1), i, bare.end(1)));
            }
            boolean leads = words.endsWith(":") && BARE_FOLLOWS.stream().anyMatch(words::contains);
            led = leads || (led && words.isEmpty());
        }
        return Optional.empty();
    }

    /** What the remote side said in a transcript ("<<<"), or what the reporter itself concluded. */
    private static Stream<String> quotations(BounceText bounceText) {
        return bounceText.lines().stream()
                .map(String::strip)
                .filter(line -> line.startsWith("<<<") || line.matches("[45][0-9]{2} [45]\\..*"))
                .limit(MOST_PLACES);
    }

    private static String ownReason(BounceText bounceText, Mention mention, int until) {
        if (mention.line() < 0) {
            return "";
        }
        StringBuilder reason = new StringBuilder();
        String line = bounceText.lines().get(mention.line());
        reason.append(
                line.substring(Math.min(mention.end(), line.length()))
                        .replaceFirst("^[>\\])\"':\\s]+", ""));
        int last = Math.min(until, mention.line() + MOST_REASON_LINES);
        for (int i = mention.line() + 1; i < last; i++) {
            String next = bounceText.lines().get(i);
            if (next.isBlank()) {
                break;
            }
            reason.append(' ').append(next.strip());
        }
        String text = reason.toString().strip();
        return text.isEmpty() ? line.substring(0, Math.min(mention.end(), line.length())) : text;
    }

    private List<Mention> mentions(
            MailParts mail, BounceText bounceText, List<DecodedField> enclosed) {
        Map<String, Mention> alone = new LinkedHashMap<>();
        Map<String, Mention> afterWords = new LinkedHashMap<>();
        Map<String, Mention> anywhere = new LinkedHashMap<>();
        List<String> us = us(mail);
        for (int i = 0; i < bounceText.lines().size(); i++) {
            String line = bounceText.lines().get(i);
            for (AddressScanner.Found found : AddressScanner.all(line)) {
                Mention mention = new Mention(found.address(), i, found.end());
                boolean isUs = us.stream().anyMatch(a -> AddressScanner.equal(a, found.address()));
                switch (sureness(line, found, isUs)) {
                    case ALONE -> put(alone, mention);
                    case AFTER_WORDS -> put(afterWords, mention);
                    case ANYWHERE -> {
                        if (found.bracketed() && !isUs) {
                            put(anywhere, mention);
                        }
                    }
                }
            }
        }
        return best(mail, enclosed, bounceText, List.of(alone, afterWords, anywhere), us);
    }

    private static void put(Map<String, Mention> mentions, Mention mention) {
        if (mentions.size() < MOST_RECIPIENTS) {
            mentions.putIfAbsent(mention.address().toLowerCase(Locale.ROOT), mention);
        }
    }

    private static List<Mention> best(
            MailParts mail,
            List<DecodedField> enclosed,
            BounceText bounceText,
            List<Map<String, Mention>> bySureness,
            List<String> us) {
        List<String> failed =
                mail
                        .header("x-failed-recipients")
                        .map(AddressScanner::all)
                        .orElse(List.of())
                        .stream()
                        .map(AddressScanner.Found::address)
                        .toList();
        if (!failed.isEmpty()) {
            return failed.stream().map(address -> where(address, bySureness)).toList();
        }
        for (Map<String, Mention> mentions : bySureness) {
            if (!mentions.isEmpty()) {
                return List.copyOf(mentions.values());
            }
        }
        List<DecodedField> headers = enclosed.isEmpty() ? bounceText.original() : enclosed;
        List<String> written = written(headers, us);
        Set<String> words = written.isEmpty() ? Set.of() : words(bounceText);
        List<String> meant =
                written.stream()
                        .filter(to -> words.contains(AddressScanner.localPart(to)))
                        .toList();
        return (meant.isEmpty() ? written : meant)
                .stream()
                        .limit(MOST_RECIPIENTS)
                        .map(address -> new Mention(address, -1, 0))
                        .toList();
    }

    /** Of a notice that names no address: one of them may be a mailbox. */
    private static Set<String> words(BounceText bounceText) {
        return bounceText.lines().stream()
                .flatMap(line -> WORDS.splitAsStream(line.toLowerCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    /**
     * Whom a returned mail was written to.
     *
     * @param us addresses of ours, which never failed
     */
    static List<String> written(List<DecodedField> enclosed, List<String> us) {
        List<String> authors = addresses(enclosed, List.of("from", "sender", "reply-to")).toList();
        return addresses(enclosed, List.of("x-original-to", "to"))
                .filter(to -> us.stream().noneMatch(u -> AddressScanner.equal(u, to)))
                .filter(
                        to ->
                                authors.stream()
                                        .noneMatch(author -> AddressScanner.equal(author, to)))
                .distinct()
                .toList();
    }

    private static Stream<String> addresses(List<DecodedField> headers, List<String> names) {
        return headers.stream()
                .filter(h -> names.contains(h.name()))
                .flatMap(h -> AddressScanner.all(h.value()).stream())
                .map(AddressScanner.Found::address);
    }

    private static Mention where(String address, List<Map<String, Mention>> bySureness) {
        for (Map<String, Mention> mentions : bySureness) {
            Mention mention = mentions.get(address.toLowerCase(Locale.ROOT));
            if (mention != null) {
                return mention;
            }
        }
        return new Mention(address, -1, 0);
    }

    private static Sureness sureness(String line, AddressScanner.Found found, boolean isUs) {
        String before = line.substring(0, found.start()).strip().toLowerCase(Locale.ROOT);
        String lead = before.replaceAll("[-<>*\"'\\s\u2022\u00b7]+", "");
        if (lead.isEmpty()) {
            return Sureness.ALONE;
        }
        boolean about = !isUs && !isServant(found.address()) && !isOtherField(before);
        return (about && (leadsTo(before) || endsSentence(line, found, before)))
                        || (!isUs && CODE.matcher(before).matches())
                        || before.contains("rcpt to")
                ? Sureness.AFTER_WORDS
                : Sureness.ANYWHERE;
    }

    /** "User mailbox exceeds allowed size: a@b.example": words, a colon, and nothing more. */
    private static boolean endsSentence(String line, AddressScanner.Found found, String before) {
        return before.endsWith(":")
                && before.indexOf(' ') > 0
                && line.substring(found.end()).replaceAll("[>\\s.]+", "").isEmpty();
    }

    private static boolean leadsTo(String before) {
        String words = before.replaceAll("[<\"'(:\\s]+$", "");
        return words.endsWith(" to")
                || words.endsWith("recipient")
                || words.endsWith("recipients")
                || words.endsWith("recipient address")
                || words.endsWith("failed")
                || words.endsWith("address")
                || words.endsWith("addresses")
                || words.endsWith("user")
                || words.endsWith("mailbox")
                || words.endsWith("for")
                || words.endsWith("rcpt")
                || words.endsWith("宛先")
                || words.endsWith("收件人")
                || words.endsWith("à")
                || words.endsWith("an");
    }

    private static boolean isOtherField(String before) {
        return before.startsWith("from")
                || before.startsWith("mail from")
                || before.startsWith("to:")
                || before.equals("to")
                || before.startsWith("cc")
                || before.startsWith("reply-to")
                || before.startsWith("sender")
                || before.startsWith("subject")
                || before.contains("contact")
                || before.contains("a message from")
                || before.contains("send mail to")
                || before.contains("report")
                || before.contains("assistance");
    }

    private static boolean isServant(String address) {
        String local = AddressScanner.localPart(address);
        return local.equals("postmaster")
                || local.equals("mailer-daemon")
                || local.equals("abuse")
                || local.equals("support");
    }

    /** The addresses the notice was sent to: ours, not those it speaks of. */
    static List<String> us(MailParts mail) {
        return addresses(mail.headers(), List.of("to", "delivered-to", "envelope-to", "cc"))
                .toList();
    }
}
