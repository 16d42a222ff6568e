package facteur.config;

import facteur.config.unit.ByteSize;
import facteur.config.unit.Rate;

import java.util.List;
import java.util.Optional;

/**
 * How much a credential may hand in.
 *
 * @param maxMessageSize below the server's own
 * @param messages each of them holds, such as {@code 50/s} and {@code 10000/h}; empty: any number
 * @param recipients each of them holds; empty: any number
 */
public record CredentialLimits(
        Optional<ByteSize> maxMessageSize, List<Rate> messages, List<Rate> recipients) {
    public static final CredentialLimits NONE =
            new CredentialLimits(Optional.empty(), List.of(), List.of());

    public CredentialLimits {
        messages = List.copyOf(messages);
        recipients = List.copyOf(recipients);
    }
}
