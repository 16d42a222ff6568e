package facteur.config;

import java.time.Duration;
import java.util.Locale;

/**
 * When senders are told by mail what became of theirs (RFC 3461, 3464). Events tell it in any case.
 *
 * @param failures when a recipient is given up
 * @param delays when a recipient is still deferred after {@code delayAfter}
 * @param relays whether a sender who asked for notices of success is told when a host took the
 *     message that sends none (RFC 3461 5.2.2)
 */
public record NoticeSettings(When failures, When delays, boolean relays, Duration delayAfter) {
    /** Who decides. */
    public enum When {
        /** The sender, by NOTIFY. */
        ASKED,
        /** Unless the sender said NOTIFY=NEVER. */
        ALWAYS,
        NEVER;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final NoticeSettings DEFAULTS =
            new NoticeSettings(
                    When.ASKED,
                    When.ASKED,
                    true,
                    Duration.ofHours(4)); // as Sendmail and Postfix have it where it is on
}
