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
        JsonTable.print(new PrintWriter(out), ApiClient.tree(answer), false);
        assertEquals(
                """
                waiting: 12
                tags: ["x","y"]

                destinations:
                site          waiting
                a.example     2
                long.example  10
                """,
                out.toString().replace(System.lineSeparator(), "\n"));
    }

    private static Map<String, Object> row(String site, int waiting) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("site", site);
        row.put("waiting", waiting);
        return row;
    }

    @Test
    void nothing_that_a_stranger_wrote_acts_on_the_terminal() throws IOException {
        JsonNode one = ApiClient.tree(Map.of("reply", HOSTILE));
        JsonNode many = ApiClient.tree(Map.of("items", List.of(Map.of("reply", HOSTILE))));
        for (JsonNode answer : List.of(one, many)) {
            for (boolean json : new boolean[] {true, false}) {
                StringWriter out = new StringWriter();
                JsonTable.print(new PrintWriter(out), answer, json);
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
