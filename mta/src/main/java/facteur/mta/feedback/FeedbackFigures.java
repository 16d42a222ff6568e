package facteur.mta.feedback;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what came back. Any thread.
 *
 * @param notes delays, receipts, automatic answers and whatever else changes nothing
 * @param forged addresses that look like ours and were not sealed here
 * @param refused commands that were refused
 * @param ignored taken and of no use: without a token, about a message not known here, or again
 */
public record FeedbackFigures(
        LongAdder bounces,
        LongAdder complaints,
        LongAdder unsubscribes,
        LongAdder notes,
        LongAdder forged,
        LongAdder refused,
        LongAdder ignored) {
    public static FeedbackFigures zero() {
        return new FeedbackFigures(
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder());
    }
}
