package facteur.admin.language;

import facteur.config.AdminSettings.Language;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is said in one language. Texts hold {@code {0}}, {@code {1}} for what is filled in. A text
 * that counts has two keys, {@code key.one} and {@code key.other}.
 */
public final class Words {
    private static final Words ENGLISH = load(Language.EN);
    private static final Words FRENCH = load(Language.FR);

    private final Language language;
    private final Map<String, String> texts;

    private Words(Language language, Map<String, String> texts) {
        this.language = language;
        this.texts = texts;
    }

    public static Words of(Language language) {
        return switch (language) {
            case EN -> ENGLISH;
            case FR -> FRENCH;
        };
    }

    /** The language a browser prefers (RFC 9110 12.5.4), if we speak one of those it names. */
    public static Optional<Language> preferred(String acceptLanguage) {
        record Wish(String tag, double weight) {}
        return Arrays.stream(acceptLanguage.split(",", 20))
                .map(part -> part.strip().split(";", 2))
                .map(part -> new Wish(part[0].toLowerCase(Locale.ROOT), weight(part)))
                .filter(wish -> wish.weight() > 0)
                .sorted(Comparator.comparingDouble(Wish::weight).reversed())
                .flatMap(wish -> tagged(wish.tag()).stream())
                .findFirst();
    }

    private static double weight(String[] part) {
        if (part.length < 2 || !part[1].strip().startsWith("q=")) {
            return 1;
        }
        try {
            return Double.parseDouble(part[1].strip().substring(2));
        } catch (NumberFormatException _) {
            return 0; // a preference that cannot be read
        }
    }

    /** The language of a tag such as {@code fr-CA}. */
    public static Optional<Language> tagged(String tag) {
        return Arrays.stream(Language.values())
                .filter(
                        language -> {
                            String name = tag(language);
                            return tag.equals(name) || tag.startsWith(name + "-");
                        })
                .findFirst();
    }

    public static String tag(Language language) {
        return language.name().toLowerCase(Locale.ROOT);
    }

    public Language language() {
        return language;
    }

    public String tag() {
        return tag(language);
    }

    public Locale locale() {
        return switch (language) {
            case EN -> Locale.UK; // day before month, 24 hours: as the rest of Europe reads
            case FR -> Locale.FRANCE;
        };
    }

    /**
     * The text under {@code key}, filled in.
     *
     * @throws IllegalArgumentException when there is none, which a test of the bundles excludes
     */
    public String say(String key, Object... filled) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no text under " + key + " in " + language);
        }
        return fill(text, filled);
    }

    private static String fill(String text, Object[] filled) {
        if (filled.length == 0) {
            return text;
        }
        // One pass: what is filled in may itself hold braces.
        StringBuilder said = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean place = c == '{' && at + 2 < text.length() && text.charAt(at + 2) == '}';
            int index = place ? text.charAt(at + 1) - '0' : -1;
            if (index >= 0 && index < filled.length) {
                said.append(filled[index]);
                at += 3;
            } else {
                said.append(c);
                at++;
            }
        }
        return said.toString();
    }

    /** The text for {@code count} of something; {@code {0}} is the count as it is written. */
    public String count(String key, long count) {
        return say(
                key + "." + form(count), NumberFormat.getIntegerInstance(locale()).format(count));
    }

    /** The plural form (CLDR) of a count that is written in digits. */
    String form(long count) {
        boolean one = language == Language.FR ? Math.abs(count) < 2 : count == 1;
        return one ? "one" : "other";
    }

    public boolean knows(String key) {
        return texts.containsKey(key);
    }

    /** All keys, for the test that compares the bundles. */
    public Set<String> keys() {
        return texts.keySet();
    }

    private static Words load(Language language) {
        String name = "/facteur/admin/words_" + tag(language) + ".properties";
        try (InputStream in = Words.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
            Properties read = new Properties();
            read.load(reader);
            return new Words(
                    language,
                    read.stringPropertyNames().stream()
                            .collect(Collectors.toUnmodifiableMap(key -> key, read::getProperty)));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + name, e);
        }
    }
}
