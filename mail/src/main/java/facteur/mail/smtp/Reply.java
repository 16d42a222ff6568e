package facteur.mail.smtp;

import java.util.List;
import java.util.Optional;

/**
 * What a server answered to one command (RFC 5321 4.2).
 *
 * @param code 200 to 599
 * @param enhanced the enhanced code at the start of the first line, taken out of the text (RFC
 *     2034)
 * @param lines the text of each line, at least one, control characters replaced
 */
public record Reply(int code, Optional<EnhancedStatus> enhanced, List<String> lines) {
    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code " + code + " outside 200..599");
        }
        lines = List.copyOf(lines);
    }

    /** A one-line reply; an enhanced code at its start is recognised. */
    public static Reply of(int code, String text) {
        return of(code, List.of(text));
    }

    /**
     * A reply of the given lines (without codes); a leading enhanced code is taken out of each line
     * that repeats it.
     */
    public static Reply of(int code, List<String> lines) {
        Optional<EnhancedStatus> enhanced =
                lines.isEmpty() ? Optional.empty() : leading(lines.getFirst());
        if (enhanced.isEmpty()) {
            return new Reply(code, enhanced, lines.isEmpty() ? List.of("") : lines);
        }
        String prefix = enhanced.get().toString();
        return new Reply(
                code, enhanced, lines.stream().map(line -> without(prefix, line)).toList());
    }

    private static Optional<EnhancedStatus> leading(String line) {
        int end = line.indexOf(' ');
        return EnhancedStatus.parse(end < 0 ? line : line.substring(0, end));
    }

    private static String without(String prefix, String line) {
        return line.equals(prefix)
                ? ""
                : line.startsWith(prefix + " ") ? line.substring(prefix.length() + 1) : line;
    }

    public Severity severity() {
        return switch (code / 100) {
            case 2 -> Severity.POSITIVE;
            case 3 -> Severity.INTERMEDIATE;
            case 4 -> Severity.TRANSIENT;
            default -> Severity.PERMANENT;
        };
    }

    public boolean isPositive() {
        return code / 100 == 2;
    }

    /** All lines joined by one space: the form in which rules and people read a reply. */
    public String text() {
        return String.join(" ", lines);
    }

    @Override
    public String toString() {
        return code
                + enhanced.map(e -> " " + e).orElse("")
                + (text().isEmpty() ? "" : " " + text());
    }
}
