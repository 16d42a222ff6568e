package facteur.mta.feedback;

import facteur.mail.outcome.Stage;
import facteur.mail.smtp.EnhancedStatus;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.Ruling;
import facteur.mta.feedback.mime4j.DecodedField;
import facteur.mta.feedback.mime4j.LenientHeaders;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads delivery reports in fields (RFC 3464, RFC 6533), also where they stand in plain text. */
final class DsnReader {
    private static final int MOST_FIELDS = 2000;
    private static final int MOST_RECIPIENTS = 500;

    private final BounceClassifier classifier;
    private final TextBounceReader notices;

    DsnReader(BounceClassifier classifier, TextBounceReader notices) {
        this.classifier = classifier;
        this.notices = notices;
    }

    /** Whether a text holds at least the two fields no report can do without. */
    static boolean isReport(String text) {
        String fields = text.toLowerCase(Locale.ROOT);
        return (fields.contains("final-recipient:") || fields.contains("original-recipient:"))
                && fields.contains("action:");
    }

    List<ReportedRecipient> recipients(String report, BounceText bounceText, String subject) {
        List<ReportedRecipient> recipients = new ArrayList<>();
        List<String> named =
                AddressScanner.all(bounceText.text()).stream()
                        .map(AddressScanner.Found::address)
                        .distinct()
                        .toList();
        for (List<DecodedField> group : LenientHeaders.groups(report, MOST_FIELDS)) {
            if (recipients.size() < MOST_RECIPIENTS) {
                recipient(group, bounceText, named, subject).ifPresent(recipients::add);
            }
        }
        return recipients;
    }

    private Optional<ReportedRecipient> recipient(
            List<DecodedField> fields, BounceText bounceText, List<String> named, String subject) {
        List<String> names = names(fields, named);
        return names.stream()
                .findFirst()
                .map(
                        address -> {
                            ReturnKind kind = kind(field(fields, "action").orElse("failed"));
                            String diagnostic = diagnostic(fields);
                            Optional<Ruling> ruling =
                                    kind == ReturnKind.DELIVERED
                                            ? Optional.empty()
                                            : Optional.of(
                                                    ruling(
                                                            fields,
                                                            diagnostic,
                                                            address,
                                                            bounceText,
                                                            subject));
                            return new ReportedRecipient(
                                    address,
                                    refusedAt(fields),
                                    names.subList(1, names.size()),
                                    kind,
                                    ruling,
                                    status(fields),
                                    diagnostic);
                        });
    }

    /**
     * By which addresses a report names a recipient: first as the sender wrote it, where the report
     * says so; servers on the way may have rewritten it.
     */
    private static List<String> names(List<DecodedField> fields, List<String> named) {
        Optional<String> original =
                field(fields, "original-recipient").flatMap(AddressScanner::inField);
        Optional<String> last =
                field(fields, "final-recipient")
                        .flatMap(AddressScanner::inField)
                        .or(
                                () ->
                                        field(fields, "x-actual-recipient")
                                                .flatMap(AddressScanner::inField));
        return Stream.of(
                        original.or(() -> last.map(address -> asNoticeWrites(address, named))),
                        last)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static List<String> refusedAt(List<DecodedField> fields) {
        return fields.stream()
                .filter(
                        field ->
                                field.name().equals("final-recipient")
                                        || field.name().equals("x-actual-recipient"))
                .flatMap(field -> AddressScanner.inField(field.value()).stream())
                .toList();
    }

    /** A notice that names only the same mailbox at another domain names it as the sender did. */
    private static String asNoticeWrites(String address, List<String> named) {
        boolean toldToo = named.stream().anyMatch(a -> AddressScanner.equal(a, address));
        List<String> rewritten =
                named.stream()
                        .filter(
                                a ->
                                        AddressScanner.localPart(a)
                                                .equals(AddressScanner.localPart(address)))
                        .toList();
        return toldToo || rewritten.size() != 1 ? address : rewritten.getFirst();
    }

    private static ReturnKind kind(String action) {
        String word = action.strip().toLowerCase(Locale.ROOT);
        if (word.startsWith("delay")) {
            return ReturnKind.DELAY;
        }
        return word.startsWith("deliver") || word.startsWith("relay") || word.startsWith("expand")
                ? ReturnKind.DELIVERED
                : ReturnKind.FAILURE;
    }

    private static String diagnostic(List<DecodedField> fields) {
        String said = field(fields, "diagnostic-code").map(DsnReader::withoutType).orElse("");
        String more = field(fields, "x-supplementary-info").map(DsnReader::withoutType).orElse("");
        return (said + " " + more).strip();
    }

    /** "smtp; 550 no" is what the server said; "X-Notes; no" is what the reporter says. */
    private static String withoutType(String value) {
        int semicolon = value.indexOf(';');
        boolean typed =
                semicolon > 0
                        && semicolon < 40
                        && value.substring(0, semicolon).strip().indexOf(' ') < 0;
        return (typed ? value.substring(semicolon + 1) : value).strip();
    }

    private Ruling ruling(
            List<DecodedField> fields,
            String diagnostic,
            String address,
            BounceText bounceText,
            String subject) {
        Optional<String> host = field(fields, "remote-mta").map(DsnReader::withoutType);
        Ruling said = classifier.classify(Stage.REPORT, host, withStatus(fields, diagnostic));
        if (!said.rule().equals("unknown")) {
            return said;
        }
        TextBounceReader.Reason told =
                notices.reason(
                        toldOf(address, bounceText),
                        bounceText,
                        address,
                        lineOf(address, bounceText),
                        subject);
        return told.isKnown() ? told.ruling() : said;
    }

    /** The Status field speaks where the diagnostic has no code of its own. */
    private static String withStatus(List<DecodedField> fields, String diagnostic) {
        return BounceClassifier.status(diagnostic).isPresent()
                ? diagnostic
                : status(fields).map(s -> insert(s, diagnostic)).orElse(diagnostic);
    }

    private static String insert(EnhancedStatus status, String diagnostic) {
        boolean coded =
                diagnostic.length() > 3
                        && diagnostic.substring(0, 3).chars().allMatch(Character::isDigit);
        return coded
                ? diagnostic.substring(0, 4) + status + " " + diagnostic.substring(4)
                : (status + " " + diagnostic).strip();
    }

    private static String toldOf(String address, BounceText bounceText) {
        int line = lineOf(address, bounceText);
        return line < 0 ? "" : bounceText.lines().get(line);
    }

    private static int lineOf(String address, BounceText bounceText) {
        for (int i = 0; i < bounceText.lines().size(); i++) {
            if (bounceText.lines().get(i).contains(address)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<EnhancedStatus> status(List<DecodedField> fields) {
        return field(fields, "status").flatMap(BounceClassifier::status);
    }

    private static Optional<String> field(List<DecodedField> fields, String name) {
        return fields.stream()
                .filter(h -> h.name().equals(name))
                .map(DecodedField::value)
                .findFirst();
    }
}
