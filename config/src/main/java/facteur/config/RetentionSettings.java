package facteur.config;

import java.time.Duration;

/**
 * How long what is over is kept. Mail still owed is kept regardless.
 *
 * @param bodies message bytes, after the last recipient is settled
 * @param timelines attempts and hits of single messages; counts stay
 */
public record RetentionSettings(Duration bodies, Duration timelines) {
    public static final RetentionSettings DEFAULTS =
            new RetentionSettings(
                    Duration.ofDays(3), // long enough to look into a complaint
                    Duration.ofDays(90)); // a quarter, as reports are made
}
