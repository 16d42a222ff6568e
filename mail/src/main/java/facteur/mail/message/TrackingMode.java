package facteur.mail.message;

import java.util.Locale;
import java.util.Optional;

/** What may be recorded of a reader, strictest last. */
public enum TrackingMode {
    /** Every hit, with its time, by recipient. */
    FULL,
    /** Hits are counted for the campaign; the token names no recipient. */
    AGGREGATE,
    /** Only the day of the last open, overwritten each time. */
    HYGIENE,
    OFF;

    public TrackingMode strictest(TrackingMode other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TrackingMode> of(String key) {
        for (TrackingMode mode : values()) {
            if (mode.key().equals(key)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
