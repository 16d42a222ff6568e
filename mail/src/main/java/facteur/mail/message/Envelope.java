package facteur.mail.message;

import facteur.mail.address.ReversePath;

import java.util.List;
import java.util.Optional;

/**
 * Reverse-path and recipients as given in MAIL and RCPT; never the header fields From and To.
 *
 * @param envelopeId ENVID, decoded (RFC 3461 4.4)
 */
public record Envelope(
        ReversePath from,
        List<Recipient> recipients,
        MailOptions options,
        Optional<String> envelopeId) {
    public Envelope {
        recipients = List.copyOf(recipients);
    }

    public static Envelope of(ReversePath from, List<Recipient> recipients) {
        return new Envelope(from, recipients, MailOptions.NONE, Optional.empty());
    }
}
