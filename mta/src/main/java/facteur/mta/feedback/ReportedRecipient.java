package facteur.mta.feedback;

import facteur.mail.smtp.EnhancedStatus;
import facteur.mta.disposition.Ruling;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a returned mail says of one recipient.
 *
 * @param address the one that was written to, as far as the report shows it, else the original one,
 *     else the last; without a domain where a host names only its mailbox, and empty where the
 *     report names none
 * @param refusedAt the addresses in which the report says it ended (Final-Recipient,
 *     X-Actual-Recipient): another than the first when the mail was forwarded or rewritten
 * @param others the addresses beside the first by which the report names the same recipient
 * @param kind failure, delay or delivered; complaint for feedback reports
 * @param ruling for failures and delays: what the diagnostic means
 * @param diagnostic the words of the server that refused, or of the one that reports; may be empty
 */
public record ReportedRecipient(
        String address,
        List<String> refusedAt,
        List<String> others,
        ReturnKind kind,
        Optional<Ruling> ruling,
        Optional<EnhancedStatus> status,
        String diagnostic) {
    public ReportedRecipient {
        refusedAt = List.copyOf(refusedAt);
        others = List.copyOf(others);
    }

    /** Whether the report leaves open whose mailbox it was: then only a token can say. */
    boolean isUnnamed() {
        return address.indexOf('@') < 0;
    }

    /**
     * The same, with the address that was written to in front where the report shows it, and the
     * others kept.
     *
     * @param written addresses that the returned mail was written to
     * @param told addresses that the notice names in words, where it speaks of this recipient alone
     */
    ReportedRecipient writtenTo(List<String> written, List<String> told) {
        List<String> names =
                Stream.of(List.of(address), others, refusedAt, told).flatMap(List::stream).toList();
        return written.stream()
                .filter(to -> names.stream().anyMatch(name -> AddressScanner.equal(name, to)))
                .findFirst()
                .filter(to -> !AddressScanner.equal(to, address))
                .map(this::named)
                .orElse(this);
    }

    private ReportedRecipient named(String first) {
        List<String> rest =
                Stream.concat(Stream.of(address), others.stream())
                        .filter(name -> !name.isEmpty() && !AddressScanner.equal(name, first))
                        .distinct()
                        .toList();
        return new ReportedRecipient(first, refusedAt, rest, kind, ruling, status, diagnostic);
    }
}
