package facteur.server.metrics;

import facteur.config.access.Admission;
import facteur.mta.submission.Submission;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.time.Duration;

/** What comes in. */
public record SubmissionMeters(Submission submission, Admission connections)
        implements MeterBinder {
    private static final Duration[] STEPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    @Override
    public void bindTo(MeterRegistry registry) {
        Timer accept =
                Timer.builder("facteur_submission_accept")
                        .description("time from the last octet of a message to its 250")
                        .serviceLevelObjectives(STEPS)
                        .register(registry);
        submission.observe(accept::record);
        new PartMeters<>(registry, submission)
                .counter(
                        "facteur_submission_accepted",
                        "messages that were put on disk and acknowledged",
                        Submission::accepted)
                .counter(
                        "facteur_submission_refused",
                        "messages refused after their content",
                        Submission::refused);
        new PartMeters<>(registry, connections)
                .gauge("facteur_submission_connections", "clients connected", Admission::count)
                .counter(
                        "facteur_submission_turned_away",
                        "clients refused at once because there was no room",
                        Admission::turnedAway)
                .counter(
                        "facteur_submission_gave_way",
                        "clients without a login that were closed to make room for others",
                        Admission::gaveWay);
    }
}
