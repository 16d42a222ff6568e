package facteur.mail.smtp;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What a server offered in its reply to EHLO (RFC 5321 4.1.1.1).
 *
 * @param extensions parameters by keyword in upper case; empty text for none
 */
public record Capabilities(Map<String, String> extensions) {
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

    /** After HELO: nothing. */
    public static Capabilities none() {
        return new Capabilities(Map.of());
    }

    public Capabilities {
        extensions = Map.copyOf(extensions);
    }

    /** Reads the lines of the reply; the first names the server. */
    public static Capabilities of(Reply ehlo) {
        Map<String, String> extensions = new HashMap<>();
        List<String> lines = ehlo.lines();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            int space = line.indexOf(' ');
            String keyword = space < 0 ? line : line.substring(0, space);
            extensions.put(
                    keyword.toUpperCase(Locale.ROOT),
                    space < 0 ? "" : line.substring(space + 1).strip());
        }
        return new Capabilities(extensions);
    }

    /** The same but for one extension, which turned out not to work. */
    public Capabilities without(String keyword) {
        Map<String, String> left = new HashMap<>(extensions);
        left.remove(keyword);
        return new Capabilities(left);
    }

    public boolean has(String keyword) {
        return extensions.containsKey(keyword);
    }

    /**
     * One of the limits of RFC 9422, such as RCPTMAX; empty when the server names none, or one that
     * makes no sense.
     */
    public OptionalInt limit(String name) {
        String limits = extensions.getOrDefault("LIMITS", "");
        for (String limit : limits.split(" ", -1)) {
            String prefix = name + "=";
            boolean isIt = limit.regionMatches(true, 0, prefix, 0, prefix.length());
            String value = isIt ? limit.substring(prefix.length()) : "";
            if (value.matches("[1-9][0-9]{0,5}")) {
                return OptionalInt.of(Integer.parseInt(value));
            }
        }
        return OptionalInt.empty();
    }

    /** The largest message the server takes (RFC 1870); empty when it names none. */
    public OptionalLong size() {
        return Optional.ofNullable(extensions.get("SIZE"))
                .filter(text -> SIZE.matcher(text).matches())
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }
}
