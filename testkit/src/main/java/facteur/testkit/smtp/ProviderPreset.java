package facteur.testkit.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a provider talks: its extensions, and its words in each {@link Situation}. Read from text:
 *
 * <pre>
 * # a comment
 * extensions PIPELINING 8BITMIME
 * size 35882577
 * unknown
 *   550-5.1.1 &lt;{to}&gt; does not live here.
 *   550 5.1.1 Bye {peer}.
 * </pre>
 *
 * Words in braces are replaced: {@code host}, {@code peer}, {@code helo}, {@code from}, {@code to},
 * {@code domain}, {@code id}, {@code epoch}, {@code date}, {@code seconds}, {@code size}. A
 * situation that is not in the text is worded as by "plain".
 */
public final class ProviderPreset {
    private static final List<String> NAMES =
            List.of("plain", "gmail", "outlook", "yahoo", "orange", "apple", "gmx");
    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Longest line of a reply (RFC 5321 4.5.3.1.5), with its end. */
    private static final int MAX_REPLY_LINE = 512;

    private final String name;
    private final Map<Situation, String> wordings = new EnumMap<>(Situation.class);
    private final Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    private long sizeLimitBytes = 35_882_577;

    private ProviderPreset(String name) {
        this.name = name;
    }

    /** The names that {@link #named} knows. */
    public static List<String> names() {
        return NAMES;
    }

    public static ProviderPreset plain() {
        return named("plain");
    }

    /**
     * A preset that comes with the laboratory.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static ProviderPreset named(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "no provider preset \"" + name + "\"; there are " + NAMES);
        }
        String resource = name + ".replies";
        try (InputStream in = ProviderPreset.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource " + resource + " is missing from the build");
            }
            return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new IllegalStateException("read resource " + resource, failed);
        }
    }

    /**
     * Reads a preset of one's own.
     *
     * @throws IllegalArgumentException when the text is not understood; names the line
     */
    public static ProviderPreset parse(String name, String text) {
        ProviderPreset preset = new ProviderPreset(name);
        List<String> block = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                if (!line.isBlank() && !line.startsWith("#")) {
                    if (!Character.isWhitespace(line.charAt(0))) {
                        preset.take(block);
                        block.clear();
                    }
                    block.add(line.strip());
                }
            } catch (IllegalArgumentException bad) {
                throw new IllegalArgumentException(
                        name + ".replies, before line " + number + ": " + bad.getMessage(), bad);
            }
        }
        preset.take(block);
        return preset;
    }

    public String name() {
        return name;
    }

    public Set<Extension> extensions() {
        return Set.copyOf(extensions);
    }

    /** The largest message the provider takes, in bytes. */
    public long sizeLimitBytes() {
        return sizeLimitBytes;
    }

    /**
     * The provider's words, with the places in them filled in. A place without a value stays empty.
     *
     * @throws IllegalArgumentException when the words with their values make no reply
     */
    public ServerReply reply(Situation situation, Map<String, String> values) {
        String wording =
                Optional.ofNullable(wordings.get(situation))
                        .orElseGet(() -> plainWording(situation));
        String filled =
                PLACE.matcher(wording)
                        .replaceAll(
                                place ->
                                        Matcher.quoteReplacement(
                                                oneLine(values.getOrDefault(place.group(1), ""))));
        return ServerReply.parse(filled);
    }

    private String plainWording(Situation situation) {
        if (name.equals("plain")) {
            throw new IllegalStateException("the plain preset has no words for " + situation.key());
        }
        String wording = plain().wordings.get(situation);
        if (wording == null) {
            throw new IllegalStateException("the plain preset has no words for " + situation.key());
        }
        return wording;
    }

    private static String oneLine(String value) {
        String flat = value.replace('\r', ' ').replace('\n', ' ');
        return flat.length() <= MAX_REPLY_LINE / 2 ? flat : flat.substring(0, MAX_REPLY_LINE / 2);
    }

    private void take(List<String> block) {
        if (block.isEmpty()) {
            return;
        }
        String[] head = BLANKS.split(block.getFirst(), -1);
        switch (head[0]) {
            case "extensions" ->
                    Arrays.stream(head).skip(1).map(Extension::of).forEach(extensions::add);
            case "size" -> sizeLimitBytes = Long.parseLong(head[1]);
            default -> wordings.put(situation(head[0]), wording(block));
        }
    }

    private static Situation situation(String key) {
        return Arrays.stream(Situation.values())
                .filter(situation -> situation.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no situation \"" + key + "\""));
    }

    private static String wording(List<String> block) {
        String text = String.join("\n", block.subList(1, block.size()));
        ServerReply checked = ServerReply.parse(text);
        return checked.toString();
    }
}
