package facteur.mta.feedback;

import facteur.mail.smtp.EnhancedStatus;
import facteur.mta.disposition.Ruling;

import java.util.List;
import java.util.Optional;

/**
 * What a returned mail says of one recipient.
 *
 * @param address as the report writes it; the original one where it names both
 * @param refusedAt the addresses in which the report says it ended (Final-Recipient,
 *     X-Actual-Recipient): another than the first when the mail was forwarded or rewritten
 * @param kind failure, delay or delivered; complaint for feedback reports
 * @param ruling for failures and delays: what the diagnostic means
 * @param diagnostic the words of the server that refused, or of the one that reports; may be empty
 */
public record ReportedRecipient(
        String address,
        List<String> refusedAt,
        ReturnKind kind,
        Optional<Ruling> ruling,
        Optional<EnhancedStatus> status,
        String diagnostic) {
    public ReportedRecipient {
        refusedAt = List.copyOf(refusedAt);
    }
}
