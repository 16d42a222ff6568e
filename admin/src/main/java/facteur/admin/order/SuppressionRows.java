package facteur.admin.order;

import facteur.admin.fastcsv.CsvFile;
import facteur.admin.language.Words;
import facteur.config.AdminSettings.Language;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Suppressions as a file: a row with the names of the columns, then a row each, or plain addresses
 * without such a row. Pages and command line write it, and both read it again.
 */
public final class SuppressionRows {
    /** What is read; columns that are not known are passed over. */
    public static final List<String> COLUMNS =
            List.of("address", "cause", "scope", "since", "expires", "why");

    private static final Set<String> ADDRESS =
            Arrays.stream(Language.values())
                    .map(language -> Words.of(language).say("contact.address"))
                    .map(word -> word.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());

    private SuppressionRows() {}

    /**
     * One row.
     *
     * @param line in which it begins, from 1
     * @param cells by column, those that hold something
     */
    public record Row(long line, Map<String, String> cells) {
        public Row {
            cells = Map.copyOf(cells);
        }

        /** Characters of all cells. */
        public int length() {
            return cells.values().stream().mapToInt(String::length).sum();
        }
    }

    /**
     * Gives every row but that with the names.
     *
     * @throws CsvFile.Endless when a row has no end
     */
    public static void read(Reader in, Consumer<Row> rows) throws IOException {
        Reading reading = new Reading(rows);
        CsvFile.read(in, reading::take);
    }

    /** Knows the columns once the first row is read. */
    private static final class Reading {
        private final Consumer<Row> rows;
        private List<String> columns = List.of("address");
        private boolean begun;

        Reading(Consumer<Row> rows) {
            this.rows = rows;
        }

        void take(CsvFile.Row row) {
            boolean isFirst = !begun;
            begun = true;
            if (isFirst && isHeading(row.cells())) {
                columns = row.cells().stream().map(Reading::name).toList();
            } else {
                rows.accept(new Row(row.line(), byColumn(row.cells())));
            }
        }

        /** Lists of contacts and recipients have the names of columns in the reader's language. */
        private static String name(String cell) {
            String name = cell.strip().toLowerCase(Locale.ROOT);
            return ADDRESS.contains(name) ? "address" : name;
        }

        private static boolean isHeading(List<String> cells) {
            return cells.stream().anyMatch(cell -> name(cell).equals("address"));
        }

        private Map<String, String> byColumn(List<String> cells) {
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < Math.min(columns.size(), cells.size()); i++) {
                if (COLUMNS.contains(columns.get(i)) && !cells.get(i).isBlank()) {
                    row.putIfAbsent(columns.get(i), cells.get(i).strip());
                }
            }
            return row;
        }
    }
}
