package facteur.mta.feedback;

import facteur.mta.feedback.mime4j.DecodedField;
import facteur.mta.feedback.mime4j.LenientHeaders;
import facteur.mta.feedback.mime4j.MailParts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads feedback reports (RFC 5965). Many reporters hide the reader's address; then the token in
 * the enclosed headers must say who it was.
 */
final class ArfReader {
    private static final int MOST_FIELDS = 200;

    // Two of: who sends, what it is called, what came with it.
    private static final int MARKS_OF_A_COMPLAINT = 2;

    private ArfReader() {}

    /**
     * Whether a reader's complaint comes in a form of its vendor's own, from before RFC 5965 or
     * beside it: by mark of who sends it, how it is titled, and a field by which vendors tell of
     * the reader. A delivery report is none, whatever it is titled, and what encloses no mail is a
     * letter.
     */
    static boolean isVendorForm(
            MailParts mail, BounceText bounceText, List<DecodedField> enclosed) {
        boolean report =
                mail.parts().stream().anyMatch(part -> part.type().endsWith("delivery-status"));
        boolean encloses =
                !enclosed.isEmpty() || bounceText.text().contains("[ Offending message ]");
        if (report || !encloses) {
            return false;
        }
        String from = mail.header("from").orElse("") + mail.header("sender").orElse("");
        List<String> fields = Phrases.SHIPPED.complaintFields();
        int marks =
                (Phrases.anyIn(Phrases.SHIPPED.complaintSenders(), from) ? 1 : 0)
                        + (Phrases.anyIn(
                                        Phrases.SHIPPED.complaintSubjects(),
                                        mail.header("subject").orElse(""))
                                ? 1
                                : 0)
                        + (has(enclosed, fields) || has(mail.headers(), fields) ? 1 : 0);
        return marks >= MARKS_OF_A_COMPLAINT;
    }

    private static boolean has(List<DecodedField> headers, List<String> names) {
        return headers.stream().anyMatch(header -> names.contains(header.name()));
    }

    static ReturnedMail read(String report, List<DecodedField> enclosed) {
        List<DecodedField> fields =
                LenientHeaders.groups(report, MOST_FIELDS).stream().flatMap(List::stream).toList();
        Optional<String> type = first(fields, "feedback-type").map(t -> t.toLowerCase(Locale.ROOT));
        Optional<String> address =
                address(fields, "original-rcpt-to")
                        .or(() -> address(fields, "removal-recipient"))
                        .or(() -> address(enclosed, "x-hmxmroriginalrecipient"))
                        .or(() -> address(enclosed, "to"))
                        .or(() -> address(enclosed, "x-original-to"))
                        .or(() -> address(fields, "redacted-address"));
        List<ReportedRecipient> recipients =
                address
                        .map(
                                a ->
                                        new ReportedRecipient(
                                                a,
                                                List.of(),
                                                List.of(),
                                                ReturnKind.COMPLAINT,
                                                Optional.empty(),
                                                Optional.empty(),
                                                type.orElse("")))
                        .stream()
                        .toList();
        return new ReturnedMail(
                ReturnKind.COMPLAINT, type.or(() -> Optional.of("abuse")), recipients, enclosed);
    }

    private static Optional<String> address(List<DecodedField> fields, String name) {
        return first(fields, name).flatMap(AddressScanner::inField);
    }

    private static Optional<String> first(List<DecodedField> fields, String name) {
        return fields.stream()
                .filter(h -> h.name().equals(name))
                .map(DecodedField::value)
                .findFirst();
    }
}
