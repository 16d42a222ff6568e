package facteur.mail.smtp;

import java.util.Optional;

/**
 * An enhanced mail system status code (RFC 3463), such as 5.1.1.
 *
 * @param statusClass 2, 4 or 5
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {
    public EnhancedStatus {
        if (statusClass != 2 && statusClass != 4 && statusClass != 5) {
            throw new IllegalArgumentException(
                    "status class " + statusClass + ", allowed 2, 4 and 5");
        }
        if (subject < 0 || subject > 999 || detail < 0 || detail > 999) {
            throw new IllegalArgumentException(
                    "subject " + subject + " or detail " + detail + " outside 0..999");
        }
    }

    /** Reads a code that is the whole of {@code text}. */
    public static Optional<EnhancedStatus> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3 || parts[0].length() != 1 || "245".indexOf(parts[0].charAt(0)) < 0) {
            return Optional.empty();
        }
        if (!isDetail(parts[1]) || !isDetail(parts[2])) {
            return Optional.empty();
        }
        return Optional.of(
                new EnhancedStatus(
                        parts[0].charAt(0) - '0',
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2])));
    }

    private static boolean isDetail(String part) {
        return !part.isEmpty()
                && part.length() <= 3
                && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
