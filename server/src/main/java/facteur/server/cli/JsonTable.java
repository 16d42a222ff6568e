package facteur.server.cli;

import facteur.mail.text.Escaped;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON for people: lists as tables, objects as lines of name and value, with the lists that they
 * hold as tables below. No cell holds JSON: of an object in a row each value has its own name
 * ({@code figures.recipients}), values of a list are parted by commas.
 *
 * <p>On a terminal a table is as wide as that is: the widest columns give way first, but never the
 * first, by which a row is called; then those at the right are left out, and named. Times are told
 * to the second. Elsewhere, and with {@code --wide}, everything is whole, and a column of long
 * cells stands last.
 */
final class JsonTable {
    /** Cells beyond that are long: they stand last. */
    private static final int LONG = 60;

    /** Characters that a column keeps at least, or its whole width where that is less. */
    private static final int LEAST = 10;

    private static final Pattern MOMENT =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)?Z$");
    private static final int GAP = 2;
    private static final String CUT = "…";

    private JsonTable() {}

    /**
     * How an answer is to look.
     *
     * @param columns of a list, by its name in the answer (empty for the answer itself): paths of
     *     its values, or {@code title=path}; none: all there are
     */
    record Layout(
            boolean json, boolean wide, Terminal terminal, Map<String, List<String>> columns) {
        Layout {
            columns = Map.copyOf(columns);
        }

        private List<String> columns(String list) {
            return wide ? List.of() : columns.getOrDefault(list, List.of());
        }

        private boolean isWhole() {
            return wide || terminal.columns().isEmpty();
        }
    }

    /** Prints an answer, as it is or for people. */
    static void print(PrintWriter out, JsonNode answer, Layout layout) {
        if (layout.json()) {
            out.println(Escaped.lines(JsonText.of(answer)));
            return;
        }
        JsonNode items = answer.has("items") ? answer.get("items") : answer;
        if (items.isArray()) {
            table(out, "", items, layout);
            return;
        }
        List<Map.Entry<String, JsonNode>> lists = new ArrayList<>();
        lines("", answer, out, lists);
        for (Map.Entry<String, JsonNode> list : lists) {
            out.println();
            out.println(list.getKey() + ":");
            table(out, list.getKey(), list.getValue(), layout);
        }
    }

    /** Name and value on a line each; lists of objects are left for tables. */
    private static void lines(
            String path,
            JsonNode object,
            PrintWriter out,
            List<Map.Entry<String, JsonNode>> lists) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = path + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                lines(name + ".", value, out, lists);
            } else if (holdsObjects(value)) {
                lists.add(Map.entry(name, value));
            } else {
                out.println(name + ": " + text(value));
            }
        }
    }

    private static boolean holdsObjects(JsonNode value) {
        return value.isArray() && value.valueStream().anyMatch(JsonNode::isObject);
    }

    private static void table(PrintWriter out, String name, JsonNode rows, Layout layout) {
        if (rows.isEmpty()) {
            out.println("(none)");
            return;
        }
        List<Map<String, String>> flat = rows.valueStream().map(JsonTable::flat).toList();
        List<String> chosen = layout.columns(name);
        if (chosen.isEmpty() && !haveSameNames(flat)) {
            // Events: what one tells, another has no name for.
            flat.forEach(row -> out.println(told(row)));
            return;
        }
        List<Column> columns =
                chosen.isEmpty()
                        ? all(flat)
                        : chosen.stream().map(column -> Column.of(column, flat)).toList();
        print(out, flat.size(), layout.isWhole() ? longLast(columns) : fit(columns, out, layout));
    }

    /** A column, with what stands in it. */
    private record Column(String title, List<String> cells, int width) {
        static Column of(String name, List<Map<String, String>> rows) {
            int equals = name.indexOf('=');
            String title = equals < 0 ? name : name.substring(0, equals);
            String path = name.substring(equals + 1);
            List<String> cells = rows.stream().map(row -> row.getOrDefault(path, "")).toList();
            int widest = cells.stream().mapToInt(String::length).max().orElse(0);
            return new Column(title, cells, Math.max(title.length(), widest));
        }

        Column atMost(int characters) {
            return new Column(title, cells, Math.min(width, characters));
        }

        boolean isLong() {
            return width > LONG;
        }

        /** With times to the second, as people read them. */
        Column brief() {
            List<String> brief =
                    cells.stream().map(cell -> MOMENT.matcher(cell).replaceFirst("$1 $2")).toList();
            int widest = brief.stream().mapToInt(String::length).max().orElse(0);
            return new Column(title, brief, Math.max(title.length(), widest));
        }

        String padded(String text) {
            String cut = text.length() <= width ? text : text.substring(0, width - 1) + CUT;
            return cut + " ".repeat(width - cut.length() + GAP);
        }
    }

    private static List<Column> all(List<Map<String, String>> rows) {
        return rows.getFirst().keySet().stream().map(name -> Column.of(name, rows)).toList();
    }

    private static List<Column> longLast(List<Column> columns) {
        return columns.stream()
                .collect(Collectors.partitioningBy(Column::isLong))
                .entrySet()
                .stream()
                .flatMap(part -> part.getValue().stream())
                .toList();
    }

    /** Takes from the widest until all fit; then leaves out what stands last. */
    private static List<Column> fit(List<Column> columns, PrintWriter out, Layout layout) {
        int room = layout.terminal().columns().orElse(Integer.MAX_VALUE) + GAP;
        List<Column> shown = new ArrayList<>(columns.stream().map(Column::brief).toList());
        while (shown.size() > 1 && least(shown) > room) {
            shown.removeLast();
        }
        int atMost = shown.stream().mapToInt(Column::width).max().orElse(0);
        while (atMost > LEAST && width(shown, atMost) > room) {
            atMost--;
        }
        int characters = atMost;
        if (shown.size() < columns.size()) {
            out.println(
                    "("
                            + columns.subList(shown.size(), columns.size()).stream()
                                    .map(Column::title)
                                    .collect(Collectors.joining(", "))
                            + ": with --wide)");
        }
        List<Column> cut = new ArrayList<>();
        for (Column column : shown) {
            cut.add(cut.isEmpty() ? column.atMost(room - GAP) : column.atMost(characters));
        }
        return cut;
    }

    private static int least(List<Column> columns) {
        return width(columns, LEAST);
    }

    private static int width(List<Column> columns, int atMost) {
        int width = columns.getFirst().width() + GAP;
        for (Column column : columns.subList(1, columns.size())) {
            width += Math.min(column.width(), atMost) + GAP;
        }
        return width;
    }

    private static void print(PrintWriter out, int rows, List<Column> columns) {
        out.println(line(columns, Column::title));
        for (int row = 0; row < rows; row++) {
            int at = row;
            out.println(line(columns, column -> column.cells().get(at)));
        }
    }

    private static String line(
            List<Column> columns, java.util.function.Function<Column, String> cell) {
        StringBuilder line = new StringBuilder();
        columns.forEach(column -> line.append(column.padded(cell.apply(column))));
        return line.toString().stripTrailing();
    }

    private static boolean haveSameNames(List<Map<String, String>> rows) {
        return rows.stream().allMatch(row -> row.keySet().equals(rows.getFirst().keySet()));
    }

    /** All values of a row by their paths. */
    private static Map<String, String> flat(JsonNode row) {
        Map<String, String> values = new LinkedHashMap<>();
        if (row.isObject()) {
            flatten("", row, values);
        } else {
            values.put("value", text(row));
        }
        return values;
    }

    private static void flatten(String path, JsonNode object, Map<String, String> values) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isObject() && !field.getValue().isEmpty()) {
                flatten(path + field.getKey() + ".", field.getValue(), values);
            } else {
                values.put(path + field.getKey(), text(field.getValue()));
            }
        }
    }

    private static String told(Map<String, String> row) {
        return row.entrySet().stream()
                .filter(value -> !value.getValue().isEmpty())
                .map(value -> value.getKey() + "=" + quoted(value.getValue()))
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) {
        return value.indexOf(' ') < 0 ? value : '"' + value.replace("\"", "\\\"") + '"';
    }

    /** A value in a cell; what a list holds is parted by commas. */
    private static String text(JsonNode value) {
        if (value.isArray()) {
            return value.valueStream()
                    .map(item -> item.isObject() ? told(flat(item)) : text(item))
                    .collect(Collectors.joining(", "));
        }
        return value.isObject()
                ? told(flat(value))
                : Escaped.line(value.isValueNode() ? value.asString("") : "");
    }

    /** Columns by their names, as a command lists them. */
    static List<String> columns(String names) {
        return Arrays.asList(names.split(" ", -1));
    }
}
