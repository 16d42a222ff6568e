package facteur.mta.disposition;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A time after which a server says it may be asked again: "try again in 300 seconds", "retry in 5
 * minutes", "greylisted for 60 seconds", "come back in 00:05:00".
 */
final class RetryHint {
    // Less is impatience, more is a way of saying no.
    private static final Duration LEAST = Duration.ofSeconds(10);
    static final Duration MOST = Duration.ofHours(24);
    private static final int MOST_DIGITS = 6;

    private RetryHint() {}

    static Optional<Duration> find(String text) {
        String words = text.toLowerCase(Locale.ROOT);
        for (String opening : new String[] {" in ", " after ", " for ", "within ", " wait "}) {
            int at = words.indexOf(opening);
            while (at >= 0) {
                Optional<Duration> time = timeAt(words, at + opening.length());
                if (time.isPresent() && isAboutRetrying(words)) {
                    return time.map(RetryHint::bounded);
                }
                at = words.indexOf(opening, at + 1);
            }
        }
        return Optional.empty();
    }

    private static boolean isAboutRetrying(String words) {
        return words.contains("try")
                || words.contains("retry")
                || words.contains("again")
                || words.contains("back")
                || words.contains("list")
                || words.contains("defer")
                || words.contains("wait")
                || words.contains("resend");
    }

    private static Optional<Duration> timeAt(String words, int at) {
        int end = at;
        while (end < words.length() && Character.isDigit(words.charAt(end))) {
            end++;
        }
        if (end == at || end - at > MOST_DIGITS) {
            return Optional.empty();
        }
        long number = Long.parseLong(words.substring(at, end));
        return words.startsWith(":", end) ? clock(words, at) : unit(words.substring(end), number);
    }

    private static Optional<Duration> unit(String after, long number) {
        String unit = after.strip();
        if (unit.startsWith("s")) {
            return Optional.of(Duration.ofSeconds(number));
        }
        if (unit.startsWith("min") || unit.startsWith("m ") || unit.equals("m")) {
            return Optional.of(Duration.ofMinutes(number));
        }
        return unit.startsWith("h") ? Optional.of(Duration.ofHours(number)) : Optional.empty();
    }

    /** hh:mm:ss. */
    private static Optional<Duration> clock(String words, int at) {
        String[] parts = words.substring(at, Math.min(at + 8, words.length())).split(":", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        long seconds = 0;
        for (String part : parts) {
            if (part.length() != 2 || !part.chars().allMatch(Character::isDigit)) {
                return Optional.empty();
            }
            seconds = seconds * 60 + Long.parseLong(part);
        }
        return Optional.of(Duration.ofSeconds(seconds));
    }

    private static Duration bounded(Duration time) {
        return time.compareTo(LEAST) < 0 ? LEAST : time.compareTo(MOST) > 0 ? MOST : time;
    }
}
