package facteur.mta.disposition;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labelled samples: real replies, reports and complaints; see the README beside them. */
public final class Samples {
    private static final String DIRECTORY = "/facteur/mta/bounces/";

    private Samples() {}

    /** The rows of a table, by column name, with escapes undone. */
    public static List<Map<String, String>> table(String name) throws IOException {
        List<String> lines = new String(bytes(name), StandardCharsets.UTF_8).lines().toList();
        String[] columns = lines.getFirst().split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], i < cells.length ? unescape(cells[i]) : "");
            }
            rows.add(row);
        }
        return rows;
    }

    /** One file, such as {@code dsn/sisimai_rfc3464-28.eml}. */
    public static byte[] bytes(String name) throws IOException {
        try (InputStream in = Samples.class.getResourceAsStream(DIRECTORY + name)) {
            if (in == null) {
                throw new IOException("no sample " + name);
            }
            return in.readAllBytes();
        }
    }

    private static String unescape(String cell) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == '\\' && i + 1 < cell.length()) {
                i++;
                text.append(
                        switch (cell.charAt(i)) {
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            case 'n' -> '\n';
                            default -> cell.charAt(i);
                        });
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
