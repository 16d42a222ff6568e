package facteur.admin.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names and values of a query string or of a form, in the order in which they came. */
public record Query(Map<String, List<String>> values) {
    private static final int MAX_PAIRS = 500;

    public static final Query EMPTY = new Query(Map.of());

    public Query {
        Map<String, List<String>> copied = new LinkedHashMap<>();
        values.forEach((name, all) -> copied.put(name, List.copyOf(all)));
        values = java.util.Collections.unmodifiableMap(copied);
    }

    /**
     * Reads {@code application/x-www-form-urlencoded}; what is not well-formed is taken as it
     * stands, and pairs beyond 500 are left out.
     */
    public static Query parse(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int pairs = 0;
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty() || ++pairs > MAX_PAIRS) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return new Query(values);
    }

    /** What makes a query no text; empty when all of it is read. */
    static Optional<Malformed> malformed(String encoded) {
        String[] pairs = encoded.split("&", -1);
        if (Arrays.stream(pairs).filter(pair -> !pair.isEmpty()).count() > MAX_PAIRS) {
            return Optional.of(Malformed.PAIRS);
        }
        return PathParts.isText(encoded) ? Optional.empty() : Optional.of(Malformed.QUERY);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text; // a stray percent sign is a percent sign
        }
    }

    /** The first value that is not blank. */
    public Optional<String> first(String name) {
        return all(name).stream().map(String::strip).filter(v -> !v.isEmpty()).findFirst();
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** All values of a name, those parted by commas taken apart. */
    public List<String> list(String name) {
        return all(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    public boolean has(String name, String value) {
        return all(name).contains(value);
    }

    /** Whether a switch is on. */
    public boolean isOn(String name) {
        return has(name, "1") || has(name, "true");
    }

    /** This query with one value for a name; an empty value takes the name away. */
    public Query with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        if (value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, List.of(value));
        }
        return new Query(changed);
    }

    public Query without(String name) {
        return with(name, "");
    }

    /** The query as it stands behind a path, with its question mark; empty when it is. */
    public String behind() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, all) ->
                        all.stream()
                                .filter(value -> !value.isEmpty())
                                .forEach(
                                        value ->
                                                text.append(text.isEmpty() ? '?' : '&')
                                                        .append(PathParts.encode(name))
                                                        .append('=')
                                                        .append(PathParts.encode(value))));
        return text.toString();
    }
}
