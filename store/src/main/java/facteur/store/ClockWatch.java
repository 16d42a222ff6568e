package facteur.store;

import facteur.mail.time.ClockTrust;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps what is known of the clock, and says when it is doubted. An operator accepts it by a file
 * in the data directory: that works whether a server runs or not.
 */
final class ClockWatch {
    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private final Path accepted;
    private volatile Optional<ClockTrust> trust = Optional.empty();

    ClockWatch(Layout layout) {
        this.accepted = accepted(layout);
    }

    private static Path accepted(Layout layout) {
        return layout.sibling("clock-accepted");
    }

    /** Believes the clock as it is now. */
    static void accept(Layout layout, Instant now) throws IOException {
        Files.writeString(accepted(layout), now + "\n");
    }

    /** At a start. */
    void begin(Instant now, long nanos, Optional<Instant> newest) {
        told(ClockTrust.begin(now, nanos, newest, acceptedAt()));
    }

    /** Some time later; whether the clock is believed. */
    boolean isBelieved(Instant now, long nanos) {
        ClockTrust next =
                trust.map(known -> known.at(now, nanos))
                        .orElseGet(
                                () ->
                                        ClockTrust.begin(
                                                now, nanos, Optional.empty(), Optional.empty()));
        boolean isAccepted =
                next.doubt()
                        .flatMap(doubt -> acceptedAt().filter(at -> !at.isBefore(doubt.since())))
                        .filter(at -> !at.isAfter(now.plus(ClockTrust.SUSPICIOUS)))
                        .isPresent();
        told(isAccepted ? next.accepted() : next);
        return doubt().isEmpty();
    }

    Optional<ClockTrust.Doubt> doubt() {
        return trust.flatMap(ClockTrust::doubt);
    }

    private void told(ClockTrust next) {
        Optional<ClockTrust.Doubt> before = doubt();
        trust = Optional.of(next);
        if (next.doubt().equals(before)) {
            return;
        }
        next.doubt()
                .ifPresentOrElse(
                        doubt ->
                                log.error(
                                        "the clock {} by {} hours: nothing is deleted by age until"
                                            + " it has agreed with the monotonic clock for 24"
                                            + " hours; if it is right, say so with facteur store"
                                            + " clock accept",
                                        doubt.atStart()
                                                ? "is away from the newest event"
                                                : "was set",
                                        doubt.step().toHours()),
                        () -> log.info("the clock is trusted again"));
    }

    private Optional<Instant> acceptedAt() {
        try {
            return Files.exists(accepted)
                    ? Optional.of(Instant.parse(Files.readString(accepted).strip()))
                    : Optional.empty();
        } catch (IOException | DateTimeException e) {
            return Optional.empty(); // half written: it is read again in a minute
        }
    }
}
