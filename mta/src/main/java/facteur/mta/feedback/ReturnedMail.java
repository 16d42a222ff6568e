package facteur.mta.feedback;

import facteur.mta.feedback.mime4j.DecodedField;

import java.util.List;
import java.util.Optional;

/**
 * What a mail that came back turned out to be.
 *
 * @param feedbackType of a complaint: {@code abuse}, {@code fraud}, {@code auth-failure}, {@code
 *     not-spam}, ... (RFC 5965 3.1); only the first two are a reader's complaint
 * @param enclosed header fields of the mail that it is about, as far as they came back
 */
public record ReturnedMail(
        ReturnKind kind,
        Optional<String> feedbackType,
        List<ReportedRecipient> recipients,
        List<DecodedField> enclosed) {
    public ReturnedMail {
        recipients = List.copyOf(recipients);
        enclosed = List.copyOf(enclosed);
    }

    /** Whether a reader, not a machine's check of signatures, objected. */
    public boolean isReadersComplaint() {
        return kind == ReturnKind.COMPLAINT
                && feedbackType
                        .filter(t -> !t.equals("auth-failure") && !t.equals("not-spam"))
                        .isPresent();
    }
}
