package facteur.mta.queue;

import facteur.mail.outcome.Disposition;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the queue counts, for metrics. Few names: never an address, a campaign or a domain. */
public final class QueueFigures {
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    void count(Disposition disposition) {
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

    /** Rulings by outcome since the start. */
    public Map<String, LongAdder> outcomes() {
        return outcomes;
    }

    /** Refusals by category since the start. */
    public Map<String, LongAdder> refusals() {
        return refusals;
    }
}
