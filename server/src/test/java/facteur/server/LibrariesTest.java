package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which libraries are shipped, and that none of them is known to be dangerous. */
class LibrariesTest {
    private static final Pattern NOT_DIGITS = Pattern.compile("[^0-9]+");
    private static final Pattern BLANKS = Pattern.compile(" +");

    /** Those under which a library may be part of what is shipped under Apache-2.0. */
    private static final Set<String> LICENCES =
            Set.of(
                    "Apache-2.0",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "EPL-2.0",
                    "MIT",
                    "MIT-0",
                    "OLDAP-2.8",
                    "Unicode-3.0");

    /** Versions by artifact, without our own modules. */
    private static Map<String, String> shipped() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String entry :
                Files.readString(Path.of("target/runtime-classpath"))
                        .strip()
                        .split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            boolean isRepository = entry.contains("/.m2/repository/") && entry.endsWith(".jar");
            if (isRepository && !entry.contains("/facteur/")) {
                found.put(
                        jar.getName(jar.getNameCount() - 3).toString(),
                        jar.getName(jar.getNameCount() - 2).toString());
            }
        }
        assertTrue(found.size() > 20, found.toString());
        return found;
    }

    private static List<String[]> table(String name) throws IOException {
        List<String[]> rows = new ArrayList<>();
        try (InputStream in = LibrariesTest.class.getResourceAsStream(name)) {
            new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> rows.add(line.split("\t", -1)));
        }
        return rows;
    }

    @Test
    void every_jar_that_is_shipped_is_named_with_a_reason_and_no_other() throws IOException {
        TreeSet<String> named = new TreeSet<>();
        for (String[] row : table("libraries.tsv")) {
            assertTrue(row.length == 3 && !row[2].isBlank(), row[0] + " has no reason");
            named.add(row[0]);
        }
        assertEquals(named, new TreeSet<>(shipped().keySet()));
    }

    @Test
    void every_licence_is_one_that_may_be_shipped_and_stands_in_the_notice() throws IOException {
        List<String> notice =
                Files.readAllLines(Path.of("../NOTICE")).stream().map(String::strip).toList();
        List<String> told = new ArrayList<>();
        for (String[] row : table("libraries.tsv")) {
            assertTrue(LICENCES.contains(row[1]), row[0] + ": " + row[1]);
            told.add(row[0] + " " + row[1]);
        }
        assertEquals(
                told,
                notice.stream()
                        .map(line -> BLANKS.matcher(line).replaceAll(" "))
                        .filter(line -> LICENCES.stream().anyMatch(l -> line.endsWith(" " + l)))
                        .toList());
    }

    @Test
    void no_version_is_older_than_what_mends_a_known_advisory() throws IOException {
        Map<String, String> shipped = shipped();
        for (String[] row : table("advisories.tsv")) {
            String version = shipped.get(row[0]);
            if (version != null) {
                assertTrue(
                        !row[1].equals("none") && compare(version, row[1]) >= 0,
                        row[0] + " " + version + ": " + row[2] + " is mended in " + row[1]);
            }
        }
    }

    private static int compare(String one, String other) {
        String[] left = NOT_DIGITS.split(one, -1);
        String[] right = NOT_DIGITS.split(other, -1);
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            int order = Long.compare(number(left, i), number(right, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static long number(String[] parts, int i) {
        return i < parts.length && !parts[i].isEmpty() ? Long.parseLong(parts[i]) : 0;
    }

    @Test
    void versions_are_compared_as_numbers() {
        assertTrue(compare("4.2.10.Final", "4.2.9.Final") > 0);
        assertTrue(compare("33.4.8-jre", "32.0.0") > 0);
        assertEquals(0, compare("1.6", "1.6.0"));
        assertTrue(compare("1.6.2", "1.6.8") < 0);
    }
}
