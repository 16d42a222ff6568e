package facteur.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Binds what one part counts and shows. */
record PartMeters<T>(MeterRegistry registry, T part) {
    /** Something that only grows; Prometheus sees it as {@code name_total}. */
    PartMeters<T> counter(String name, String what, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, part, value).description(what).register(registry);
        return this;
    }

    PartMeters<T> gauge(String name, String what, ToDoubleFunction<T> value) {
        Gauge.builder(name, part, value).description(what).strongReference(true).register(registry);
        return this;
    }

    /** 1 while something holds. */
    PartMeters<T> flag(String name, String what, Predicate<T> holds) {
        return gauge(name, what, of -> holds.test(of) ? 1 : 0);
    }

    /** A counter for each value of a label; those that are bound already stay as they are. */
    static void counters(
            MeterRegistry registry,
            String name,
            String label,
            String what,
            Map<String, LongAdder> counts) {
        counts.forEach(
                (value, count) ->
                        FunctionCounter.builder(name, count, LongAdder::sum)
                                .description(what)
                                .tag(label, value)
                                .register(registry));
    }
}
