package facteur.config;

import facteur.config.unit.ByteSize;

import java.time.Duration;

/**
 * How long what is over is kept. Mail still owed is kept regardless.
 *
 * @param bodies message bytes, after acceptance
 * @param bodiesSize octets of the journal beyond which the oldest bodies go before their time
 * @param timelines attempts and hits of single messages
 * @param history where each message ended; beyond it counts stay
 */
public record RetentionSettings(
        Duration bodies, ByteSize bodiesSize, Duration timelines, Duration history) {
    public static final RetentionSettings DEFAULTS =
            new RetentionSettings(
                    Duration.ofDays(3), // long enough to look into a complaint
                    ByteSize.ofMebibytes(1 << 20), // 1 TiB: time decides
                    Duration.ofDays(90), // a quarter, as reports are made
                    Duration.ofDays(730)); // two years of campaigns side by side
}
