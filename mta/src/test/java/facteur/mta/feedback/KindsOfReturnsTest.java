package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Samples;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What comes back in words alone, in the words of others than the rules were made with: challenges,
 * vacations, tickets, lists, delays, receipts, and failures that resemble them. The kind that would
 * stop mail to a good address must never be seen where there is none.
 */
class KindsOfReturnsTest {
    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    private ReturnKind kind(Map<String, String> row) {
        String fields = row.getOrDefault("fields", "-");
        String mail =
                "From: "
                        + row.get("from")
                        + "\nTo: b-token@bounces.shop.example\nSubject: "
                        + row.get("subject")
                        + "\n"
                        + (fields.equals("-") ? "" : fields + "\n")
                        + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
                        + row.getOrDefault("text", "").replace("\\n", "\n")
                        + "\n";
        return reader.read(mail.getBytes(StandardCharsets.UTF_8)).kind();
    }

    @Test
    void no_other_kind_is_taken_for_a_failure_and_failures_are_found() throws IOException {
        List<String> wrong = new ArrayList<>();
        int right = 0;
        int others = 0;
        int falseBounces = 0;
        int failures = 0;
        int missed = 0;
        List<Map<String, String>> rows = Samples.table("returns.tsv");
        for (Map<String, String> row : rows) {
            ReturnKind expected =
                    ReturnKind.valueOf(row.getOrDefault("kind", "").toUpperCase(Locale.ROOT));
            ReturnKind found = kind(row);
            boolean isFailure = expected == ReturnKind.FAILURE;
            failures += isFailure ? 1 : 0;
            others += isFailure ? 0 : 1;
            missed += isFailure && found != ReturnKind.FAILURE ? 1 : 0;
            falseBounces += !isFailure && found == ReturnKind.FAILURE ? 1 : 0;
            right += found == expected ? 1 : 0;
            if (found != expected) {
                wrong.add("  " + expected + " was " + found + ": " + row.get("subject"));
            }
        }
        System.out.printf(
                "Kinds of returns: right %d of %d, false bounces %d of %d, failures missed %d of"
                        + " %d%n",
                right, rows.size(), falseBounces, others, missed, failures);
        wrong.forEach(System.out::println);
        assertEquals(0, falseBounces);
        assertEquals(0, missed);
        assertTrue(right >= 0.9 * rows.size(), right + " of " + rows.size());
    }
}
