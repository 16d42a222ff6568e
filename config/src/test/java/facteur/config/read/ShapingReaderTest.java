package facteur.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.DeliveryTls;
import facteur.config.ShapingPresets;
import facteur.config.yaml.YamlFile;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.Optional;

@DisplayName("Shaping presets")
class ShapingReaderTest {
    private final ShapingPresets presets = ShapingReader.shipped();

    @Test
    @DisplayName("A known site is found by the end of its hosts' names")
    void knownSite() {
        assertEquals("google", presets.of("aspmx.l.google.com").name());
        assertEquals(50, presets.of("ALT1.ASPMX.L.GOOGLE.COM").messagesPerConnection());
        assertEquals(Optional.of(DeliveryTls.REQUIRED), presets.of("mx00.gmx.net").tls());
        assertEquals("microsoft365", presets.of("a-b.mail.protection.outlook.com").name());
        assertEquals("outlook", presets.of("x.olc.protection.outlook.com").name());
    }

    @Test
    @DisplayName("Any other has the defaults, also when its name only looks alike")
    void unknownSite() {
        assertEquals(presets.defaults(), presets.of("mx.example.org"));
        assertEquals(presets.defaults(), presets.of("notgoogle.com"));
    }

    @Test
    @DisplayName("No site begins with more connections than it may have")
    void start() {
        presets.sites().forEach(s -> assertTrue(s.start() <= s.connections(), s::name));
    }

    @Test
    @DisplayName("A misspelt limit is told with its place")
    void misspelt() {
        String yaml =
                """
                version: "1"
                sites:
                  a: { mx: [a.example], conections: 3, messages: 5 }
                """;
        YamlFile.Read.Bad<?> bad =
                assertInstanceOf(YamlFile.Read.Bad.class, ShapingReader.read(yaml, "shaping.yaml"));
        assertEquals(2, bad.problems().size());
        assertTrue(
                bad.problems()
                        .getFirst()
                        .toString()
                        .startsWith(
                                "shaping.yaml:3:25 sites.a.conections: unknown key; did you mean"
                                        + " connections?"),
                bad.problems()::toString);
    }
}
