package facteur.mta.feedback;

import facteur.mail.smtp.EnhancedStatus;
import facteur.mta.disposition.Ruling;

import java.util.Optional;

/**
 * What a returned mail says of one recipient.
 *
 * @param address as the report writes it; the original one where it names both
 * @param kind failure, delay or delivered; complaint for feedback reports
 * @param ruling for failures and delays: what the diagnostic means
 * @param diagnostic the words of the server that refused, or of the one that reports; may be empty
 */
public record ReportedRecipient(
        String address,
        ReturnKind kind,
        Optional<Ruling> ruling,
        Optional<EnhancedStatus> status,
        String diagnostic) {}
