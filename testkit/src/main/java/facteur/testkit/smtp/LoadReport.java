package facteur.testkit.smtp;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a {@link LoadSource}.
 *
 * @param wanted messages asked for
 * @param acknowledged answered 250
 * @param refused answered 4xx or 5xx
 * @param uncertain sent whole and never answered
 * @param reconnects times a connection broke or could not be had
 * @param took from the first connection to the last answer
 * @param refusals by reply code
 * @param p50 half of the messages were answered in this time, from MAIL to the reply to the final
 *     dot
 */
public record LoadReport(
        long wanted,
        long acknowledged,
        long refused,
        long uncertain,
        long reconnects,
        Duration took,
        Map<Integer, Long> refusals,
        Duration p50,
        Duration p90,
        Duration p99,
        Duration p999,
        Duration max) {
    /** Acknowledged messages per second. */
    public double perSecond() {
        return took.isZero() ? 0 : acknowledged * 1e9 / took.toNanos();
    }

    /** Messages that were never brought to an end, since the server could not be reached. */
    public long unsent() {
        return wanted - acknowledged - refused - uncertain;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d acknowledged in %.1f s (%.0f/s), %d refused %s, %d uncertain, %d unsent,"
                    + " %d reconnects; latency p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, p99.9 %.1f"
                    + " ms, max %.1f ms",
                acknowledged,
                wanted,
                took.toNanos() / 1e9,
                perSecond(),
                refused,
                refusals,
                uncertain,
                unsent(),
                reconnects,
                millis(p50),
                millis(p90),
                millis(p99),
                millis(p999),
                millis(max));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
