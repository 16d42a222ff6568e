package facteur.server.cli;

import facteur.mail.text.Escaped;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON for people: lists as tables, objects as lines of name and value, with the lists that they
 * hold as tables below.
 */
final class JsonTable {
    private static final int WIDEST = 60;

    private JsonTable() {}

    /** Prints an answer, as it is or for people. */
    static void print(PrintWriter out, JsonNode answer, boolean json) {
        JsonNode items = answer.has("items") ? answer.get("items") : answer;
        if (json) {
            out.println(Escaped.lines(answer.toString()));
        } else if (items.isArray()) {
            table(out, items);
        } else {
            answer.properties().stream()
                    .filter(field -> !isTable(field.getValue()))
                    .forEach(field -> out.println(field.getKey() + ": " + text(field.getValue())));
            answer.properties().stream()
                    .filter(field -> isTable(field.getValue()))
                    .forEach(
                            field -> {
                                out.println();
                                out.println(field.getKey() + ":");
                                table(out, field.getValue());
                            });
        }
    }

    private static boolean isTable(JsonNode value) {
        return value.isArray() && !value.isEmpty() && value.get(0).isObject();
    }

    private static void table(PrintWriter out, JsonNode rows) {
        if (rows.isEmpty()) {
            out.println("(none)");
            return;
        }
        List<String> names = new ArrayList<>(rows.get(0).propertyNames());
        List<List<String>> cells = new ArrayList<>();
        cells.add(names);
        rows.forEach(
                row -> cells.add(names.stream().map(name -> cut(text(row.path(name)))).toList()));
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = cells.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
                line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String text(JsonNode value) {
        return Escaped.line(value.isValueNode() ? value.asString("") : value.toString());
    }

    private static String cut(String text) {
        return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
    }
}
