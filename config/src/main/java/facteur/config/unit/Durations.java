package facteur.config.unit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lengths of time as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 72h}, {@code
 * 3d}, {@code 1h20m}. A day is 24 hours.
 */
public final class Durations {
    // Longest name first within equal beginnings: "ms" before "m".
    private record Unit(String name, Duration length) {}

    private static final List<Unit> UNITS =
            List.of(
                    new Unit("ms", Duration.ofMillis(1)),
                    new Unit("w", Duration.ofDays(7)),
                    new Unit("d", Duration.ofDays(1)),
                    new Unit("h", Duration.ofHours(1)),
                    new Unit("m", Duration.ofMinutes(1)),
                    new Unit("s", Duration.ofSeconds(1)));

    private static final Duration LONGEST = Duration.ofDays(36_525);

    // 72 h is still counted in hours, as in "tried for 72 hours".
    private static final Duration LONGEST_IN_HOURS = Duration.ofDays(3);

    private Durations() {}

    /** Reads a sum of numbers with units; empty when a unit is missing or it exceeds a century. */
    public static Optional<Duration> parse(String text) {
        Duration sum = Duration.ZERO;
        int at = 0;
        while (at < text.length()) {
            int unitAt = at;
            while (unitAt < text.length() && Character.isDigit(text.charAt(unitAt))) {
                unitAt++;
            }
            Optional<Unit> unit = unitAt(text, unitAt);
            Optional<Long> count = WholeNumber.parse(text.substring(at, unitAt));
            if (unit.isEmpty()
                    || count.isEmpty()
                    || count.get() > LONGEST.dividedBy(unit.get().length)) {
                return Optional.empty();
            }
            sum = sum.plus(unit.get().length.multipliedBy(count.get()));
            at = unitAt + unit.get().name.length();
        }
        return text.isEmpty() || sum.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(sum);
    }

    private static Optional<Unit> unitAt(String text, int at) {
        return UNITS.stream().filter(unit -> text.startsWith(unit.name, at)).findFirst();
    }

    /** A text that {@link #parse} reads as {@code duration}: {@code 72h}, but {@code 90d}. */
    public static String format(Duration duration) {
        if (duration.compareTo(LONGEST_IN_HOURS) > 0
                && Duration.ofDays(duration.toDays()).equals(duration)) {
            return duration.toDays() + "d";
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }
}
