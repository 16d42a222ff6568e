package facteur.testkit.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until it is moved. Dates may jump either way, as real ones do;
 * nanoseconds only go forward.
 */
public final class ManualTime implements InstantSource {
    private record Now(Instant date, long nanos) {}

    private final AtomicReference<Now> now;

    public ManualTime(Instant start) {
        now = new AtomicReference<>(new Now(start, 0));
    }

    /** Starts at an unremarkable date: 2026-03-02T09:00:00Z, a Monday. */
    public static ManualTime start() {
        return new ManualTime(Instant.parse("2026-03-02T09:00:00Z"));
    }

    @Override
    public Instant instant() {
        return now.get().date();
    }

    /** Nanoseconds that have passed, as {@link System#nanoTime()} would count them. */
    public long nanoTime() {
        return now.get().nanos();
    }

    /** Lets time pass, for dates and nanoseconds alike. */
    public ManualTime advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "time does not pass by " + time + "; to set the clock back use jump");
        }
        now.updateAndGet(n -> new Now(n.date().plus(time), n.nanos() + time.toNanos()));
        return this;
    }

    /** Lets time pass until a date; does nothing when that is past. */
    public ManualTime advanceTo(Instant date) {
        Duration left = Duration.between(instant(), date);
        return left.isPositive() ? advance(left) : this;
    }

    /** Sets the date forward or back, as an operator or a time server does; no nanoseconds pass. */
    public ManualTime jump(Duration by) {
        now.updateAndGet(n -> new Now(n.date().plus(by), n.nanos()));
        return this;
    }
}
