package facteur.mta.reception.james;

import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.reactivestreams.Publisher;

import java.time.Duration;

/** James asks for metrics of its own; ours are taken elsewhere. */
final class NoMetrics implements MetricFactory {
    private record Untimed(String name) implements TimeMetric {
        @Override
        public ExecutionResult stopAndPublish() {
            return new NoResult();
        }
    }

    private record NoResult() implements TimeMetric.ExecutionResult {
        @Override
        public Duration elasped() {
            return Duration.ZERO;
        }

        @Override
        @SuppressWarnings("deprecation") // The interface still has it.
        public TimeMetric.ExecutionResult logWhenExceedP99(Duration threshold) {
            return this;
        }
    }

    private record Uncounted() implements Metric {
        @Override
        public void increment() {}

        @Override
        public void decrement() {}

        @Override
        public void add(int value) {}

        @Override
        public void remove(int value) {}

        @Override
        public long getCount() {
            return 0;
        }
    }

    @Override
    public Metric generate(String name) {
        return new Uncounted();
    }

    @Override
    public TimeMetric timer(String name) {
        return new Untimed(name);
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
        return publisher;
    }

    @Override
    @SuppressWarnings("deprecation") // The interface still has it.
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(
            String name, Publisher<T> publisher) {
        return publisher;
    }
}
