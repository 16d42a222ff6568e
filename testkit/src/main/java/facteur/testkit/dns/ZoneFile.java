package facteur.testkit.dns;

import org.xbill.DNS.Name;
import org.xbill.DNS.TTL;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a {@link Zone} from text: one record a line as in a master file (RFC 1035 5), each line
 * complete in itself, and faults.
 *
 * <pre>
 * $ORIGIN lab.
 * $TTL 60
 * gmail       MX  10 mx.gmail        ; names without a final dot are below the origin
 * *.gmail     MX  10 mx.gmail
 * mx.gmail    A   127.0.0.2
 * nothing     MX  0 .                ; takes no mail
 * empty       -                      ; exists, holds nothing
 * !slow 2s    tired
 * !servfail   broken
 * !silent     lost
 * !truncate   big
 * </pre>
 *
 * Without {@code $ORIGIN} all names are absolute, with or without a final dot.
 */
public final class ZoneFile {
    private static final int MAX_LINES = 1_000_000;
    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");

    private final Zone zone = new Zone();
    private Name origin = Name.root;
    private long ttlSeconds = 60;

    private ZoneFile() {}

    /**
     * The zone in a file.
     *
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when a line says nothing we understand; names the file and
     *     the line
     */
    public static Zone read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    /**
     * The zone in a text.
     *
     * @param source what to call the text in complaints
     * @throws IllegalArgumentException when a line says nothing we understand; names the source and
     *     the line
     */
    public static Zone parse(String text, String source) {
        List<String> lines = text.lines().limit(MAX_LINES + 1L).toList();
        if (lines.size() > MAX_LINES) {
            throw new IllegalArgumentException(source + ": more than " + MAX_LINES + " lines");
        }
        ZoneFile reader = new ZoneFile();
        for (int i = 0; i < lines.size(); i++) {
            try {
                reader.line(lines.get(i));
            } catch (IOException | IllegalArgumentException bad) {
                throw new IllegalArgumentException(
                        source + ":" + (i + 1) + ": " + bad.getMessage(), bad);
            }
        }
        return reader.zone;
    }

    private void line(String line) throws IOException {
        Deque<String> words = words(line);
        if (words.isEmpty()) {
            return;
        }
        String first = words.removeFirst();
        switch (first.toLowerCase(Locale.ROOT)) {
            case "$origin" -> origin = name(next(words, "a name after $ORIGIN"));
            case "$ttl" -> ttlSeconds = TTL.parseTTL(next(words, "a time after $TTL"));
            case "!servfail" -> fault(words, new DnsFault.ServFail());
            case "!silent" -> fault(words, new DnsFault.Silent());
            case "!truncate" -> fault(words, new DnsFault.Truncated());
            case "!slow" ->
                    fault(words, new DnsFault.Slow(duration(next(words, "a time after !slow"))));
            default -> record(name(first), words);
        }
    }

    private void record(Name name, Deque<String> words) {
        String word = next(words, "a record type");
        long ttl = ttlSeconds;
        if (Character.isDigit(word.charAt(0))) {
            ttl = TTL.parseTTL(word);
            word = next(words, "a record type");
        }
        if (word.equalsIgnoreCase("IN")) {
            word = next(words, "a record type");
        }
        if (word.equals("-")) {
            zone.empty(name.toString());
            return;
        }
        int type = Type.value(word);
        if (type < 0) {
            throw new IllegalArgumentException("\"" + word + "\" is no record type");
        }
        zone.add(name, type, ttl, String.join(" ", words), origin);
    }

    private void fault(Deque<String> words, DnsFault dnsFault) throws TextParseException {
        zone.fault(name(next(words, "a name")).toString(), dnsFault);
    }

    private Name name(String word) throws TextParseException {
        return word.equals("@") ? origin : Name.fromString(word, origin);
    }

    private static String next(Deque<String> words, String wanted) {
        String word = words.pollFirst();
        if (word == null) {
            throw new IllegalArgumentException("the line ends where " + wanted + " should stand");
        }
        return word;
    }

    private static Duration duration(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        try {
            return lower.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)))
                    : Duration.ofSeconds(TTL.parseTTL(lower));
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException(
                    "\"" + word + "\" is no time such as 500ms, 2s or 1m", bad);
        }
    }

    /**
     * Words up to a comment. A quoted string keeps its blanks only singly, which is enough for TXT
     * records of a laboratory.
     */
    private static Deque<String> words(String line) {
        String stripped = withoutComment(line).strip();
        return stripped.isEmpty()
                ? new ArrayDeque<>()
                : new ArrayDeque<>(Arrays.asList(BLANKS.split(stripped, -1)));
    }

    private static String withoutComment(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && (i == 0 || line.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return line.substring(0, i);
            }
        }
        return line;
    }
}
