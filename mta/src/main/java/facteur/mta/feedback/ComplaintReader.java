package facteur.mta.feedback;

import facteur.mta.feedback.mime4j.Header;
import facteur.mta.feedback.mime4j.HeaderBlock;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads feedback reports (RFC 5965). Many reporters hide the reader's address; then the token in
 * the enclosed headers must say who it was.
 */
final class ComplaintReader {
    private static final int MOST_FIELDS = 200;

    private ComplaintReader() {}

    static ReturnedMail read(String report, List<Header> enclosed) {
        List<Header> fields =
                HeaderBlock.groups(report, MOST_FIELDS).stream().flatMap(List::stream).toList();
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
                                                ReturnKind.COMPLAINT,
                                                Optional.empty(),
                                                Optional.empty(),
                                                type.orElse("")))
                        .stream()
                        .toList();
        return new ReturnedMail(
                ReturnKind.COMPLAINT, type.or(() -> Optional.of("abuse")), recipients, enclosed);
    }

    private static Optional<String> address(List<Header> fields, String name) {
        return first(fields, name).flatMap(Addresses::inField);
    }

    private static Optional<String> first(List<Header> fields, String name) {
        return fields.stream().filter(h -> h.name().equals(name)).map(Header::value).findFirst();
    }
}
