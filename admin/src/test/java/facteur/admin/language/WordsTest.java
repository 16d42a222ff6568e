package facteur.admin.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.access.Role;
import facteur.admin.control.Alerts;
import facteur.admin.control.SetupCheck;
import facteur.config.AdminSettings.Language;
import facteur.config.Settings;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.TrackingMode;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.status.Rates;
import facteur.mail.status.Status;
import facteur.store.query.RecipientState.Badge;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class WordsTest {
    private static final Words ENGLISH = Words.of(Language.EN);
    private static final Words FRENCH = Words.of(Language.FR);
    private static final Pattern SAID = Pattern.compile("say\\(\\s*\"([a-z_.0-9A-Z]+)\"\\s*[,)]");
    private static final Pattern COUNTED = Pattern.compile("count\\(\\s*\"([a-z_.0-9A-Z]+)\"\\s*,");

    @Test
    void both_languages_say_the_same_things() {
        assertEquals(new TreeSet<>(ENGLISH.keys()), new TreeSet<>(FRENCH.keys()));
    }

    @Test
    void both_languages_fill_the_same_places() {
        // "once" needs no number.
        for (String key : ENGLISH.keys().stream().filter(k -> !k.endsWith(".one")).toList()) {
            assertEquals(places(ENGLISH.say(key)), places(FRENCH.say(key)), key);
        }
    }

    private static List<Boolean> places(String text) {
        return List.of(text.contains("{0}"), text.contains("{1}"));
    }

    @Test
    void everything_that_pages_say_is_in_the_bundles() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String root : List.of("src/main/jte", "src/main/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file);
                    keys(SAID, text).stream()
                            .filter(key -> !ENGLISH.knows(key))
                            .forEach(missing::add);
                    keys(COUNTED, text).stream()
                            .filter(key -> !ENGLISH.knows(key + ".one"))
                            .forEach(missing::add);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void every_section_of_the_settings_has_a_name() {
        for (RecordComponent component : Settings.class.getRecordComponents()) {
            Class<?> type = component.getType();
            boolean single = type.isPrimitive() || type == String.class || type == Path.class;
            String section = single ? "top" : component.getName();
            assertTrue(ENGLISH.knows("settings.section." + section), section);
        }
    }

    private static List<String> keys(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        List<String> keys = new ArrayList<>();
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    @Test
    void every_status_reason_cause_badge_and_role_has_its_words() {
        List<String> keys = new ArrayList<>();
        for (Status status : Status.values()) {
            keys.add("status." + status.key());
            keys.add("status." + status.key() + ".means");
            keys.add("help.status." + status.key());
        }
        for (BounceCategory category : BounceCategory.values()) {
            keys.add("category." + category.key());
            keys.add("advice." + category.key());
        }
        for (SuppressionCause cause : SuppressionCause.values()) {
            keys.add("cause." + cause.key());
        }
        for (Badge badge : Badge.values()) {
            keys.add("badge." + badge.name().toLowerCase(Locale.ROOT));
            keys.add("badge." + badge.name().toLowerCase(Locale.ROOT) + ".why");
        }
        for (Audience audience : Audience.values()) {
            keys.add("audience." + audience.name().toLowerCase(Locale.ROOT));
        }
        for (TrackingMode mode : TrackingMode.values()) {
            keys.add("tracking." + mode.key());
        }
        for (Role role : Role.values()) {
            keys.add("role." + role.key());
        }
        for (Rates.Level level : Rates.Level.values()) {
            if (level != Rates.Level.FINE) {
                keys.add("level." + level.name().toLowerCase(Locale.ROOT) + ".means");
            }
        }
        for (SetupCheck.Reason reason : SetupCheck.Reason.values()) {
            keys.add("check.reason." + reason.key());
        }
        for (SetupCheck.What what : SetupCheck.What.values()) {
            keys.add("check." + what.key());
            keys.add("check." + what.key() + ".means");
        }
        for (SetupCheck.State state : SetupCheck.State.values()) {
            keys.add("check.state." + state.key());
        }
        for (Alerts.Kind kind : Alerts.Kind.values()) {
            keys.add("alert." + kind.key());
            keys.add("alert." + kind.key() + ".do");
        }
        assertEquals(List.of(), keys.stream().filter(key -> !ENGLISH.knows(key)).toList());
    }

    @Test
    void a_browser_gets_the_language_it_prefers() {
        assertEquals(Optional.of(Language.FR), Words.preferred("fr-FR,fr;q=0.9,en;q=0.8"));
        assertEquals(Optional.of(Language.EN), Words.preferred("de, fr;q=0.3, en;q=0.8"));
        assertEquals(Optional.of(Language.FR), Words.preferred("fr-CA;q=0.1"));
        assertEquals(Optional.empty(), Words.preferred("de,it;q=0.5"));
        assertEquals(Optional.empty(), Words.preferred("fr;q=0,;;,en;q=x"));
        assertEquals(Optional.empty(), Words.preferred("frisian"));
    }

    @Test
    void what_is_filled_in_is_not_filled_in_again() {
        assertEquals(
                "Remove {0}? Whoever uses it is locked out at once.",
                ENGLISH.say("settings.remove.confirm", "{0}"));
    }

    @Test
    void numbers_dates_and_plurals_follow_the_language() {
        Formats french = new Formats(FRENCH, ZoneId.of("Europe/Paris"));
        Formats english = new Formats(ENGLISH, ZoneId.of("UTC"));
        assertEquals(
                "8,4\u202f%".replace('\u202f', '\u00a0'),
                spaces(french.percent(OptionalDouble.of(.084))));
        assertEquals("8.4%", english.percent(OptionalDouble.of(.084)));
        assertEquals("100%", english.percent(OptionalDouble.of(1)));
        assertEquals("> 99.9%", english.percent(OptionalDouble.of(.99999)));
        assertEquals("< 0.1%", english.percent(OptionalDouble.of(.00001)));
        assertEquals("—", english.percent(OptionalDouble.empty()));
        assertEquals("0 campagne", FRENCH.count("campaigns.total", 0));
        assertEquals("0 campaigns", ENGLISH.count("campaigns.total", 0));
        assertEquals("2 h 40 min", english.lasting(Duration.ofMinutes(160)));
        assertEquals("3 j", french.lasting(Duration.ofDays(3)));
        assertEquals("184 ms", english.lasting(Duration.ofMillis(184)));
        assertEquals("1 s", english.ahead(Duration.ofMillis(184)));
        assertEquals("2 s", english.ahead(Duration.ofMillis(1_001)));
        assertEquals("1 s", english.ahead(Duration.ofNanos(1)));
        assertTrue(french.when(java.time.Instant.parse("2026-03-01T12:00:00Z")).contains("13:00"));
    }

    private static String spaces(String text) {
        return text.replace('\u202f', '\u00a0');
    }
}
