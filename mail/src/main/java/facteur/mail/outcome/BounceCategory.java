package facteur.mail.outcome;

import java.util.Locale;
import java.util.Optional;

/** What a refusal was about. */
public enum BounceCategory {
    BAD_MAILBOX,
    BAD_DOMAIN,
    INACTIVE_MAILBOX,
    MAILBOX_FULL,
    REPUTATION,
    POLICY_BLOCK,
    CONTENT_REJECTED,
    RATE_LIMITED,
    GREYLISTED,
    AUTH_FAILURE,
    MESSAGE_TOO_LARGE,
    RELAY_DENIED,
    ROUTING_DNS,
    TLS_FAILURE,
    PROTOCOL_ERROR,
    UNKNOWN,
    /** A fault of ours: neither the recipient's nor the receiver's. */
    INTERNAL_ERROR;

    /** The name used in files, metrics and JSON: {@code bad_mailbox}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<BounceCategory> of(String key) {
        for (BounceCategory category : values()) {
            if (category.key().equals(key)) {
                return Optional.of(category);
            }
        }
        return Optional.empty();
    }
}
