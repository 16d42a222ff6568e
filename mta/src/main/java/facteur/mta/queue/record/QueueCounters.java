package facteur.mta.queue.record;

import facteur.mail.outcome.Disposition;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the queue counts, for metrics. Few names: never an address, a campaign or a domain. */
public final class QueueCounters {
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final LongAdder failedTasks = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder lostMessages = new LongAdder();

    private volatile OutcomeObserver observer = (_, _) -> {};

    /** Who is told of each outcome from now on. */
    public void observe(OutcomeObserver next) {
        observer = next;
    }

    OutcomeObserver observer() {
        return observer;
    }

    public void count(Disposition disposition) {
        outcomes.computeIfAbsent(outcome(disposition), _ -> new LongAdder()).increment();
        String category =
                switch (disposition) {
                    case Disposition.Deferred(var why, _, _) -> why.category().key();
                    case Disposition.SoftBounce(var why, _) -> why.category().key();
                    case Disposition.HardBounce(var why, _) -> why.category().key();
                    case Disposition.Delivered _,
                            Disposition.Abandoned _,
                            Disposition.Withdrawn _ ->
                            "";
                };
        if (!category.isEmpty()) {
            refusals.computeIfAbsent(category, _ -> new LongAdder()).increment();
        }
    }

    private static String outcome(Disposition disposition) {
        return switch (disposition) {
            case Disposition.Delivered _ -> "delivered";
            case Disposition.Deferred _ -> "deferred";
            case Disposition.SoftBounce _ -> "soft_bounce";
            case Disposition.HardBounce _ -> "hard_bounce";
            case Disposition.Abandoned _ -> "abandoned";
            case Disposition.Withdrawn _ -> "withdrawn";
        };
    }

    /** Tasks of the queue that failed since the start: each is a bug; no mail is left behind. */
    public LongAdder failedTasks() {
        return failedTasks;
    }

    /** Messages that are owed and that the journal does not have any more. */
    public LongAdder lostMessages() {
        return lostMessages;
    }

    /** Recipients given to a session that ended without looking at them, since the start. */
    public LongAdder returned() {
        return returned;
    }

    /** Rulings by outcome since the start. */
    public Map<String, LongAdder> outcomes() {
        return outcomes;
    }

    /** Refusals by category since the start. */
    public Map<String, LongAdder> refusals() {
        return refusals;
    }
}
