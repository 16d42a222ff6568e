package facteur.testkit.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client's command, read strictly (RFC 5321 4.1). */
sealed interface ClientCommand {
    record Hello(String name, boolean extended) implements ClientCommand {}

    /** The path is without angle brackets, and empty for the null one. */
    record Mail(String path, Map<String, String> parameters) implements ClientCommand {}

    record Rcpt(String path, Map<String, String> parameters, String rawParameters)
            implements ClientCommand {}

    record Data() implements ClientCommand {}

    /** RFC 3030. */
    record Bdat(long size, boolean last) implements ClientCommand {}

    record StartTls() implements ClientCommand {}

    record Rset() implements ClientCommand {}

    record Noop() implements ClientCommand {}

    record Quit() implements ClientCommand {}

    /** A command the laboratory does not have, such as VRFY or AUTH. */
    record Foreign(String verb) implements ClientCommand {}

    /** A known command, wrongly written. */
    record Malformed(String why) implements ClientCommand {}

    static ClientCommand parse(String line) {
        int space = line.indexOf(' ');
        String verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
        String rest = space < 0 ? "" : line.substring(space + 1);
        return switch (verb) {
            case "EHLO", "HELO" ->
                    rest.isBlank()
                            ? new Malformed(verb + " without a name")
                            : new Hello(rest.strip(), verb.equals("EHLO"));
            case "MAIL" ->
                    path("FROM:", rest)
                            .<ClientCommand>map(p -> new Mail(p.path, p.parameters))
                            .orElseGet(() -> badPath(line));
            case "RCPT" ->
                    path("TO:", rest)
                            .filter(p -> !p.path.isEmpty())
                            .<ClientCommand>map(p -> new Rcpt(p.path, p.parameters, p.raw))
                            .orElseGet(() -> badPath(line));
            case "BDAT" -> bdat(rest);
            case "DATA" -> bare(rest, verb, new Data());
            case "STARTTLS" -> bare(rest, verb, new StartTls());
            case "RSET" -> bare(rest, verb, new Rset());
            case "QUIT" -> bare(rest, verb, new Quit());
            case "NOOP" -> new Noop();
            default -> new Foreign(verb);
        };
    }

    private static ClientCommand bare(String rest, String verb, ClientCommand command) {
        return rest.isBlank() ? command : new Malformed(verb + " takes no argument");
    }

    private static ClientCommand badPath(String line) {
        return new Malformed("no path can be read in: " + line);
    }

    private static ClientCommand bdat(String rest) {
        String[] words = rest.strip().split(" +", -1);
        boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
        if (!words[0].matches("[0-9]{1,12}") || (words.length == 2 && !last) || words.length > 2) {
            return new Malformed("BDAT takes a size and maybe LAST");
        }
        return new Bdat(Long.parseLong(words[0]), last);
    }

    /** A path and what follows it. */
    record Path(String path, Map<String, String> parameters, String raw) {}

    private static Optional<Path> path(String keyword, String rest) {
        if (!rest.regionMatches(true, 0, keyword, 0, keyword.length())
                || !rest.startsWith("<", keyword.length())) {
            return Optional.empty(); // no space between the colon and the path: RFC 5321 3.3
        }
        int start = keyword.length() + 1;
        int end = closing(rest, start);
        if (end < 0) {
            return Optional.empty();
        }
        String path = rest.substring(start, end);
        String raw = rest.substring(end + 1);
        boolean wellFormed =
                (raw.isEmpty() || raw.startsWith(" ")) && (path.isEmpty() || isAddress(path));
        return wellFormed
                ? Optional.of(new Path(path, parameters(raw.strip()), raw.strip()))
                : Optional.empty();
    }

    /** The first {@code >} outside a quoted local part. */
    private static int closing(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isAddress(String path) {
        int at = path.lastIndexOf('@');
        boolean blank = !path.startsWith("\"") && path.chars().anyMatch(c -> c <= ' ' || c == '<');
        return at > 0 && at < path.length() - 1 && path.length() <= 320 && !blank;
    }

    private static Map<String, String> parameters(String raw) {
        Map<String, String> found = new LinkedHashMap<>();
        if (!raw.isEmpty()) {
            for (String word : raw.split(" +", -1)) {
                int equals = word.indexOf('=');
                found.put(
                        (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT),
                        equals < 0 ? "" : word.substring(equals + 1));
            }
        }
        return found;
    }
}
