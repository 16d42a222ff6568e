package facteur.server.maillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.text.Escaped;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whoever chooses a value, the line says what we said. */
class LineFormatTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00.120Z");

    // What forges lines, keys and what people see; and what is quite ordinary.
    private static final String[] PIECES = {
        "\r\n",
        "\n2026-11-30T12:00:00.000Z login_refused service=submission client=192.0.2.66 count=9",
        "\u001b[2K\u001b[1A",
        "\"",
        "\\",
        "\\\"",
        "\\u000a",
        " status=delivered",
        "=",
        "\" to=\"a@b.example",
        "\u202e",
        "\u2066",
        "\u0000",
        "\u0085",
        "\u2028",
        "\ud83d\ude00",
        "\ud83d",
        "\udb40\udc41",
        "\u00a0",
        "\u00e9t\u00e9",
        "\u200d",
        "{\"event\":\"x\"}",
        "',",
        "a@b.example",
        "250 2.0.0 ok"
    };

    private static String nasty(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.append(
                    random.nextInt(3) == 0
                            ? String.valueOf((char) random.nextInt(0x10000))
                            : PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static LogEntry entry(List<String> values) {
        return LogEntry.of(NOON, "attempt")
                .text("id", values.get(0))
                .texts("to", values.subList(1, 3))
                .number("size", -3)
                .seconds("delay", Duration.ofMillis(61_007))
                .text("reply", values.get(3))
                .build();
    }

    @Test
    void no_value_forges_a_line_a_key_or_another_value() {
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            List<String> values = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                values.add(nasty(random));
            }
            String seen = "seed " + seed;
            String text = LineFormat.TEXT.line(entry(values));
            assertIsOneHarmlessLine(text, seen);
            assertEquals(
                    List.of(
                            "id",
                            values.get(0),
                            "to",
                            values.get(1),
                            "to",
                            values.get(2),
                            "size",
                            "-3",
                            "delay",
                            "61.007",
                            "reply",
                            values.get(3)),
                    fields(text),
                    seen);
            assertTrue(text.startsWith("2026-11-30T12:00:00.120Z attempt id="), seen);

            String json = LineFormat.JSON.line(entry(values));
            assertIsOneHarmlessLine(json, seen);
            JsonNode read = JsonMapper.shared().readTree(json);
            assertEquals(
                    List.of("at", "event", "id", "to", "size", "delay", "reply"),
                    List.copyOf(read.propertyNames()),
                    seen);
            assertEquals(values.get(0), read.path("id").asString(), seen);
            assertEquals(values.get(1), read.path("to").path(0).asString(), seen);
            assertEquals(values.get(2), read.path("to").path(1).asString(), seen);
            assertEquals(values.get(3), read.path("reply").asString(), seen);
        }
    }

    private static void assertIsOneHarmlessLine(String line, String seen) {
        assertEquals(line.length() - 1, line.indexOf('\n'), seen);
        assertFalse(
                line.substring(0, line.length() - 1).codePoints().anyMatch(Escaped::acts), seen);
    }

    /** Reads a line as a program of somebody else would: names and values in turn. */
    private static List<String> fields(String line) {
        List<String> found = new ArrayList<>();
        int at = line.indexOf(' ', line.indexOf(' ') + 1);
        while (line.charAt(at) == ' ') {
            int equals = line.indexOf('=', at);
            found.add(line.substring(at + 1, equals));
            StringBuilder value = new StringBuilder();
            at = equals + 1;
            if (line.charAt(at) == '"') {
                at++;
                while (line.charAt(at) != '"') {
                    if (line.charAt(at) != '\\') {
                        value.append(line.charAt(at++));
                    } else if (line.charAt(at + 1) == 'u') {
                        value.append((char) Integer.parseInt(line.substring(at + 2, at + 6), 16));
                        at += 6;
                    } else {
                        value.append(line.charAt(at + 1));
                        at += 2;
                    }
                }
                at++;
            } else {
                while (line.charAt(at) != ' ' && line.charAt(at) != '\n') {
                    value.append(line.charAt(at++));
                }
            }
            found.add(value.toString());
        }
        assertEquals('\n', line.charAt(at), line);
        return found;
    }

    @Test
    void ordinary_values_stand_without_quotes_and_times_have_one_width() {
        assertEquals(
                "2026-11-30T12:00:00.000Z attempt id=06abc.0 to=a@b.example from=<> reply=\"250"
                        + " ok\"\n",
                LineFormat.TEXT.line(
                        LogEntry.of(Instant.parse("2026-11-30T12:00:00Z"), "attempt")
                                .text("id", "06abc.0")
                                .text("to", "a@b.example")
                                .text("campaign", "")
                                .text("from", "<>")
                                .text("reply", "250 ok")
                                .build()));
    }
}
