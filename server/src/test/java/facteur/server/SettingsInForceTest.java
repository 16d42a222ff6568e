package facteur.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.admin.control.EffectiveSettings;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.config.yaml.Setting;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

/** Settings that were written anew under a running server. */
class SettingsInForceTest {
    private static final String STARTED =
            """
            hostname: mail.example.org
            delivery: { max_age: 48h, port: 2525 }
            sources: [{ name: a }, { name: b, weight: 3 }]
            """;

    private static List<Setting> listed(String yaml) {
        return switch (SettingsReader.ofThisProcess().read(yaml, Path.of("facteur.yaml"))) {
            case SettingsResult.Good(var _, var listed) -> listed;
            case SettingsResult.Bad bad -> throw new AssertionError(bad.toString());
        };
    }

    private static String shown(EffectiveSettings.Line line) {
        return shown(line.setting()) + line.afterRestart().map(s -> " then " + shown(s)).orElse("");
    }

    private static String shown(Setting setting) {
        return setting.value() + setting.said().map(said -> "@" + said.line()).orElse("");
    }

    private static String line(String now, String key) {
        return new SettingsInForce(listed(STARTED), () -> listed(now))
                .lines().stream()
                        .filter(line -> line.setting().key().equals(key))
                        .map(SettingsInForceTest::shown)
                        .findFirst()
                        .orElse("nothing");
    }

    @Test
    void what_a_reload_puts_to_work_is_listed_as_it_is_written_now() {
        String now = STARTED.replace("max_age: 48h", "max_age: 24h");
        assertEquals("One[text=24h]@2", line(now, "delivery.max_age"));
        assertEquals("One[text=2525]@2", line(now, "delivery.port"));
    }

    @Test
    void what_waits_for_a_restart_is_listed_as_it_was_with_what_comes() {
        String now = "# edited\n" + STARTED.replace("port: 2525", "port: 25");
        assertEquals("One[text=2525]@2 then One[text=25]@3", line(now, "delivery.port"));
        String without = STARTED.replace(", port: 2525", "");
        assertEquals("One[text=2525]@2 then One[text=25]", line(without, "delivery.port"));
        assertEquals("One[text=mail.example.org]@2", line(now, "hostname"), "the line moved");
    }

    @Test
    void what_is_added_or_taken_away_waits_as_well() {
        String fewer = STARTED.replace(", { name: b, weight: 3 }", "");
        assertEquals("One[text=b]@3 then Unset[]", line(fewer, "sources[1].name"));
        String more = STARTED.replace("weight: 3 }", "weight: 3 }, { name: c }");
        assertEquals("Unset[] then One[text=c]@3", line(more, "sources[2].name"));
        assertEquals("Several[texts=[]] then Unset[]", line(pooled(), "pools"));
        assertEquals("Unset[] then One[text=bulk]@4", line(pooled(), "pools[0].name"));
    }

    private static String pooled() {
        return STARTED + "pools: [{ name: bulk, sources: [a] }]\n";
    }

    @Test
    void of_every_key_it_is_known_whether_a_reload_puts_it_to_work() {
        for (Setting setting : listed(pooled())) {
            assertDoesNotThrow(() -> Reloading.isLive(setting.key()), setting.key());
        }
    }
}
