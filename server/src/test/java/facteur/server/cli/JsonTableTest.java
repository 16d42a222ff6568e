package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.text.Escaped;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class JsonTableTest {
    private static final String HOSTILE = "550 \u202egnp\u001b]0;title\u0007\u2067 \u009b31m";

    private static void actsNot(String text) {
        assertTrue(
                text.codePoints().noneMatch(c -> c != '\n' && c != '\r' && Escaped.acts(c)), text);
        assertTrue(text.contains("\\u202egnp"), text);
    }

    @Test
    void a_list_within_an_answer_is_a_table_and_no_json() throws IOException {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("destinations", List.of(row("a.example", 2), row("long.example", 10)));
        answer.put("waiting", 12);
        answer.put("tags", List.of("x", "y"));
        StringWriter out = new StringWriter();
        JsonTable.print(new PrintWriter(out), JsonText.tree(answer), piped(false));
        assertEquals(
                """
                waiting: 12
                tags: x, y

                destinations:
                site          waiting
                a.example     2
                long.example  10
                """,
                out.toString().replace(System.lineSeparator(), "\n"));
    }

    private static JsonTable.Layout piped(boolean json) {
        return new JsonTable.Layout(json, false, Terminal.NONE, Map.of());
    }

    private static String shown(Object answer, String size, boolean wide, String... columns) {
        StringWriter out = new StringWriter();
        JsonTable.print(
                new PrintWriter(out),
                JsonText.tree(answer),
                new JsonTable.Layout(false, wide, Terminal.of(size), Map.of("", List.of(columns))));
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void a_table_is_never_wider_than_its_terminal_and_whole_elsewhere() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", "0s9vk4wgw0000");
        row.put("subject", "x".repeat(300));
        row.put("reply", "550 " + "y".repeat(80));
        row.put("figures", Map.of("recipients", 12));
        List<Map<String, Object>> rows = List.of(row, row);
        for (int width = 20; width < 500; width++) {
            int at = width;
            shown(rows, "24 " + width, false)
                    .lines()
                    .filter(line -> !line.startsWith("("))
                    .forEach(line -> assertTrue(line.length() <= at, at + ": " + line));
        }
        assertTrue(shown(rows, "24 80", false).contains("…"));
        assertTrue(shown(rows, "24 80", true).contains("x".repeat(300)), "--wide");
        assertTrue(shown(rows, "", false).contains("x".repeat(300)), "a pipe");
        assertTrue(shown(rows, "24 80", false).contains("figures.recipients"));
        assertEquals(
                """
                n   subject
                12  xxxxxxxxxxxxxxx…
                12  xxxxxxxxxxxxxxx…
                """,
                shown(rows, "24 20", false, "n=figures.recipients", "subject"));
    }

    @Test
    void a_row_keeps_what_it_is_called_by_and_times_are_told_to_the_second() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", "0s9vk4wgw0000.12");
        row.put("at", "2026-11-24T09:30:00.123456Z");
        row.put("why", "z".repeat(90));
        assertEquals(
                """
                id                at                   why
                0s9vk4wgw0000.12  2026-11-24 09:30:00  zzzzzzzzzzzzzzzzzzzz…
                """,
                shown(List.of(row), "24 60", false));
        assertEquals(
                """
                (why: with --wide)
                id                at
                0s9vk4wgw0000.12  2026-11-24 …
                """,
                shown(List.of(row), "24 30", false));
    }

    @Test
    void no_cell_holds_json_and_what_no_table_fits_is_told_line_by_line() {
        Map<String, Object> bounced = new LinkedHashMap<>();
        bounced.put("type", "bounced");
        bounced.put("reply", "550 no such user");
        List<Map<String, ?>> events = List.of(Map.of("type", "accepted"), bounced);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("entries", List.of(Map.of("cause", "manual"), Map.of("cause", "complaint")));
        answer.put("tags", List.of("a", "b"));
        answer.put("nothing", List.of());
        assertEquals(
                "type=accepted\ntype=bounced reply=\"550 no such user\"\n",
                shown(events, "24 80", false));
        assertEquals(
                "entries                        tags  nothing\n"
                        + "cause=manual, cause=complaint  a, b\n",
                shown(List.of(answer), "24 80", false));
    }

    private static Map<String, Object> row(String site, int waiting) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("site", site);
        row.put("waiting", waiting);
        return row;
    }

    @Test
    void nothing_that_a_stranger_wrote_acts_on_the_terminal() throws IOException {
        JsonNode one = JsonText.tree(Map.of("reply", HOSTILE));
        JsonNode many = JsonText.tree(Map.of("items", List.of(Map.of("reply", HOSTILE))));
        for (JsonNode answer : List.of(one, many)) {
            for (boolean json : new boolean[] {true, false}) {
                StringWriter out = new StringWriter();
                JsonTable.print(new PrintWriter(out), answer, piped(json));
                actsNot(out.toString());
            }
        }
        StringWriter out = new StringWriter();
        try (PrintWriter printer = new PrintWriter(new EscapingWriter(out))) {
            printer.println(HOSTILE);
            printer.printf("%s%n", HOSTILE);
        }
        actsNot(out.toString());
    }
}
