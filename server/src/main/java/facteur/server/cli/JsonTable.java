package facteur.server.cli;

import facteur.mail.text.Escaped;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * JSON for people: lists as tables, objects as lines of name and value, with the lists that they
 * hold as tables below. A list's long cells are cut; of what was asked for by name nothing is: a
 * column of long cells stands last there.
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
            table(out, items, names(items), WIDEST);
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
                                table(
                                        out,
                                        field.getValue(),
                                        longLast(field.getValue()),
                                        Integer.MAX_VALUE);
                            });
        }
    }

    /** Whether all of them have the same fields; events have not, and stay as they are. */
    private static boolean isTable(JsonNode value) {
        List<String> names = value.isArray() ? names(value) : List.of();
        return !names.isEmpty()
                && value.valueStream()
                        .allMatch(row -> names.equals(List.copyOf(row.propertyNames())));
    }

    private static List<String> names(JsonNode rows) {
        return rows.isEmpty() ? List.of() : List.copyOf(rows.get(0).propertyNames());
    }

    private static List<String> longLast(JsonNode rows) {
        Map<Boolean, List<String>> names =
                names(rows).stream().collect(Collectors.partitioningBy(name -> isLong(rows, name)));
        return Stream.of(false, true)
                .flatMap(isLong -> names.getOrDefault(isLong, List.of()).stream())
                .toList();
    }

    private static boolean isLong(JsonNode rows, String name) {
        return rows.valueStream().anyMatch(row -> text(row.path(name)).length() > WIDEST);
    }

    private static void table(PrintWriter out, JsonNode rows, List<String> names, int widest) {
        if (rows.isEmpty()) {
            out.println("(none)");
            return;
        }
        List<List<String>> cells = new ArrayList<>();
        cells.add(names);
        rows.forEach(
                row ->
                        cells.add(
                                names.stream()
                                        .map(name -> cut(text(row.path(name)), widest))
                                        .toList()));
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

    private static String cut(String text, int widest) {
        return text.length() <= widest ? text : text.substring(0, widest - 1) + "…";
    }
}
