package facteur.admin.fastcsv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.order.SuppressionRows;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

class CsvTest {
    private static List<CsvFile.Row> rows(String text) throws IOException {
        List<CsvFile.Row> rows = new ArrayList<>();
        CsvFile.read(new StringReader(text), rows::add);
        return rows;
    }

    private static List<List<String>> cells(String text) throws IOException {
        return rows(text).stream().map(CsvFile.Row::cells).toList();
    }

    @Test
    void cells_that_a_spreadsheet_would_run_are_made_harmless() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Csv.write(
                out,
                csv ->
                        csv.row(
                                List.of(
                                        "=1+1",
                                        "+33 1 23",
                                        "-5",
                                        "-5.25",
                                        "-x",
                                        "@SUM(A1)",
                                        "\tx",
                                        "a\"b,c",
                                        "")));
        assertEquals(
                "\uFEFF\"'=1+1\",\"'+33 1 23\",\"-5\",\"-5.25\",\"'-x\",\"'@SUM(A1)\",\"'\tx\","
                        + "\"a\"\"b,c\",\"\"\r\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatever_is_written_is_read_again() throws Exception {
        Random random = new Random(20);
        String alphabet = "'=+-@\t\r\n\",;#ab5. \u00e9\ufeff\u202e\u2028";
        for (int i = 0; i < 2_000; i++) {
            List<List<String>> table = new ArrayList<>();
            for (int row = 0; row < 3; row++) {
                List<String> cells = new ArrayList<>();
                for (int cell = 0; cell < 3; cell++) {
                    StringBuilder text = new StringBuilder(cell == 0 ? "x" : "");
                    int length = random.nextInt(6);
                    for (int c = 0; c < length; c++) {
                        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    cells.add(cell == 0 ? text.reverse().toString() : text.toString());
                }
                table.add(cells);
            }
            StringWriter out = new StringWriter();
            Csv.write(out, csv -> table.forEach(csv::row));
            assertEquals(table, cells(out.toString()), out.toString());
        }
    }

    @Test
    void what_would_act_on_the_text_around_it_is_written_by_its_number() throws Exception {
        List<String> cells = List.of("q\u202eb@x.example", "\u200b=1", "\"\\\\\u2066\"@x.example");
        StringWriter out = new StringWriter();
        Csv.write(out, csv -> csv.row(cells));
        assertEquals(
                "\"q\\u202eb@x.example\",\"\\u200b=1\",\"\"\"\\\\\\u2066\"\"@x.example\"\r\n",
                out.toString());
        assertEquals(List.of(cells), cells(out.toString()));
    }

    @Test
    void files_of_other_systems_are_read() throws Exception {
        assertEquals(
                List.of(List.of("address", "why"), List.of("anne@x.example", "a, b")),
                cells("\ufeffaddress;why\r\nanne@x.example;a, b\r\n"));
        assertEquals(
                List.of(List.of("a@x.example", "two\nlines"), List.of("b@x.example", "\"q\"")),
                cells("# a comment\na@x.example,\"two\nlines\"\n\n  \nb@x.example,\"\"\"q\"\"\""));
        assertEquals(
                List.of(2L, 4L),
                rows("# c\na,\"1\n2\"\nb").stream().map(CsvFile.Row::line).toList());
        assertEquals(List.of(List.of("a", "b")), cells("a\tb"));
    }

    @Test
    void a_quote_that_is_not_closed_is_told_by_its_line() throws Exception {
        String endless = "a@x.example\n\"b" + "x".repeat(CsvFile.MAX_ROW + 1);
        CsvFile.Endless told = assertThrows(CsvFile.Endless.class, () -> rows(endless));
        assertEquals(2, told.line());
        assertTrue(String.valueOf(told.getMessage()).contains("is a quote not closed?"));
        String longest = "a@x.example\n\"b" + "x".repeat(CsvFile.MAX_ROW - 10) + '"';
        assertEquals(2, rows(longest).size());
    }

    @Test
    void suppressions_are_found_by_the_names_of_their_columns() throws Exception {
        List<Map<String, String>> read = new ArrayList<>();
        SuppressionRows.read(
                new StringReader("Why,Address,unknown\n\"x\ny\",'=1+1@x.example,z\n"),
                row -> read.add(row.cells()));
        assertEquals(List.of(Map.of("why", "x\ny", "address", "=1+1@x.example")), read);
        read.clear();
        SuppressionRows.read(
                new StringReader("a@x.example\nb@x.example,more\n"), row -> read.add(row.cells()));
        assertEquals(
                List.of(Map.of("address", "a@x.example"), Map.of("address", "b@x.example")), read);
    }
}
