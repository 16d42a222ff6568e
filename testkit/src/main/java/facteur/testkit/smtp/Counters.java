package facteur.testkit.smtp;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts; {@link ServerCounts} is what others see. */
final class Counters {
    /** Connections open now; also what the limit is held against. */
    final AtomicInteger open = new AtomicInteger();

    final AtomicInteger peak = new AtomicInteger();
    final LongAdder connections = new LongAdder();
    final LongAdder tls = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder recipients = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder blamed = new LongAdder();
    private final Map<Integer, LongAdder> refusals = new ConcurrentHashMap<>();

    int opened() {
        connections.increment();
        int now = open.incrementAndGet();
        peak.accumulateAndGet(now, Math::max);
        return now;
    }

    void refused(int code) {
        if (code >= 400) {
            refusals.computeIfAbsent(code, _ -> new LongAdder()).increment();
        }
    }

    ServerCounts snapshot() {
        Map<Integer, Long> copy = new TreeMap<>();
        refusals.forEach((code, count) -> copy.put(code, count.sum()));
        return new ServerCounts(
                open.get(),
                peak.get(),
                connections.sum(),
                tls.sum(),
                messages.sum(),
                recipients.sum(),
                bytes.sum(),
                blamed.sum(),
                copy);
    }
}
