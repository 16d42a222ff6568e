package facteur.tracker.netty;

import java.util.concurrent.atomic.LongAdder;

/** What the tracker counts. */
public record TrackerCounters(
        LongAdder pixels, LongAdder redirects, LongAdder unsubscribes, LongAdder refused) {
    public static TrackerCounters zero() {
        return new TrackerCounters(
                new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
}
