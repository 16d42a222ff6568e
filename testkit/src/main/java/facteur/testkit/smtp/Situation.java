package facteur.testkit.smtp;

import java.util.Locale;

/** A moment in a dialogue for which each provider has words of its own. */
public enum Situation {
    BANNER,
    HELLO,
    SENDER_ACCEPTED,
    RECIPIENT_ACCEPTED,
    START_DATA,
    QUEUED,
    BYE,
    UNKNOWN,
    INACTIVE,
    FULL,
    OVER_QUOTA,
    GREYLISTED,
    DEFERRED,
    BLOCKED,
    SPAM,
    RATE_LIMITED,
    TOO_LARGE,
    TOO_MANY_CONNECTIONS,
    TOO_MANY_MESSAGES,
    TOO_MANY_RECIPIENTS,
    TLS_REQUIRED;

    /** As it is written in the files of wordings: {@code over-quota}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
