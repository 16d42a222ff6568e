package facteur.server.metrics;

import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.feedback.FeedbackFigures;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.util.Map;

/** What comes back, and which refusals are not believed. */
public record FeedbackMeters(FeedbackFigures returned, BounceSpikeWatch doubts)
        implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        PartMeters.counters(
                registry,
                "facteur_feedback_received",
                "outcome",
                "mail that came back",
                Map.of(
                        "bounce", returned.bounces(),
                        "complaint", returned.complaints(),
                        "unsubscribe", returned.unsubscribes(),
                        "note", returned.notes(),
                        "forged", returned.forged(),
                        "refused", returned.refused(),
                        "ignored", returned.ignored()));
        new PartMeters<>(registry, doubts)
                .gauge(
                        "facteur_suppression_jumps",
                        "wordings of sites that suddenly refuse nearly all recipients, and suppress"
                                + " no address",
                        watch -> watch.jumps().size())
                .counter(
                        "facteur_suppression_alarms",
                        "times that a site suddenly refused nearly all recipients in the same"
                                + " words",
                        BounceSpikeWatch::alarms)
                .counter(
                        "facteur_suppression_doubted",
                        "hard bounces that were taken back",
                        BounceSpikeWatch::doubted);
    }
}
