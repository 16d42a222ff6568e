package facteur.server.cli;

import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.outcome.SuppressionCause;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A CSV file of suppressed addresses, read line by line: a line with the names of the columns, then
 * a line each, or plain addresses without such a line. What {@code suppression export} writes can
 * be read again; columns that are not known are passed over.
 */
final class SuppressionFile {
    static final List<String> COLUMNS =
            List.of("address", "cause", "scope", "since", "expires", "why");

    private static final String SCOPE = "all|campaigns|credential:.+";
    private static final int MAX_LINE = 8192;

    private final Path file;
    private final AddressParser addresses = new AddressParser(new IcuDomains());

    SuppressionFile(Path file) {
        this.file = file;
    }

    /** A line that cannot be taken; numbers from 1 on. */
    record Bad(long line, String problem) {}

    /**
     * Reads the whole file, however long, a line at a time.
     *
     * @param good is given each row, by column
     */
    void read(Consumer<Map<String, String>> good, Consumer<Bad> bad) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            List<String> columns = List.of("address");
            long number = 0;
            for (String line = line(in); line != null; line = line(in)) {
                number++;
                String text = number == 1 && line.startsWith("\ufeff") ? line.substring(1) : line;
                if (text.isBlank() || text.startsWith("#")) {
                    continue;
                }
                List<String> cells = cells(text);
                if (number == 1 && isHeading(cells)) {
                    columns = cells.stream().map(c -> c.strip().toLowerCase(Locale.ROOT)).toList();
                    continue;
                }
                Map<String, String> row = row(columns, cells);
                Optional<String> problem =
                        text.length() > MAX_LINE ? Optional.of("too long") : problem(row);
                if (problem.isPresent()) {
                    bad.accept(new Bad(number, problem.get()));
                } else {
                    good.accept(row);
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException("read " + file + ": it is not UTF-8", e);
        }
    }

    /** The next line, of which no more is kept than can be told to be too long. */
    private static @Nullable String line(BufferedReader in) throws IOException {
        int c = in.read();
        if (c < 0) {
            return null;
        }
        StringBuilder line = new StringBuilder();
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() <= MAX_LINE) {
                line.append((char) c);
            }
        }
        boolean endsWithReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        return endsWithReturn ? line.substring(0, line.length() - 1) : line.toString();
    }

    private static boolean isHeading(List<String> cells) {
        return cells.stream().anyMatch(cell -> cell.strip().equalsIgnoreCase("address"));
    }

    private static Map<String, String> row(List<String> columns, List<String> cells) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(columns.size(), cells.size()); i++) {
            if (COLUMNS.contains(columns.get(i)) && !cells.get(i).isBlank()) {
                row.put(columns.get(i), cells.get(i).strip());
            }
        }
        return row;
    }

    private Optional<String> problem(Map<String, String> row) {
        String address = row.getOrDefault("address", "");
        String cause = row.getOrDefault("cause", "manual");
        String scope = row.getOrDefault("scope", "all");
        if (addresses.address(address).isEmpty()) {
            return Optional.of("\"" + address + "\" is not an address");
        }
        if (SuppressionCause.standing().stream().noneMatch(c -> c.key().equals(cause))) {
            return Optional.of(
                    "cause \""
                            + cause
                            + "\" is none of "
                            + String.join(
                                    ", ",
                                    SuppressionCause.standing().stream()
                                            .map(SuppressionCause::key)
                                            .toList()));
        }
        if (!scope.matches(SCOPE)) {
            return Optional.of("scope \"" + scope + "\" is none of " + SCOPE.replace("|", ", "));
        }
        for (String time : List.of("since", "expires")) {
            if (row.containsKey(time) && !isTime(row.get(time))) {
                return Optional.of(
                        time
                                + " \""
                                + row.get(time)
                                + "\" is not a time such as 2027-01-31T00:00:00Z");
            }
        }
        return Optional.empty();
    }

    private static boolean isTime(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** RFC 4180 on one line: quoted cells may hold commas, and quotes twice. */
    static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == ';')) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }

    /** A cell as {@link #cells} reads it back. */
    static String cell(String text) {
        String line = text.replaceAll("\\R", " ");
        return line.matches("[^\",;]*") ? line : "\"" + line.replace("\"", "\"\"") + "\"";
    }
}
