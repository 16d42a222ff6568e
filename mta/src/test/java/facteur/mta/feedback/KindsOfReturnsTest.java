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

    /** How many there are, and what was made of them. */
    private record Score(
            int rows, int right, int others, int falseBounces, int failures, int missed) {
        @Override
        public String toString() {
            return "right %d of %d, false bounces %d of %d, failures missed %d of %d"
                    .formatted(right, rows, falseBounces, others, missed, failures);
        }
    }

    private Score score(String table) throws IOException {
        List<String> wrong = new ArrayList<>();
        int right = 0;
        int others = 0;
        int falseBounces = 0;
        int failures = 0;
        int missed = 0;
        List<Map<String, String>> rows = Samples.table(table);
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
        Score score = new Score(rows.size(), right, others, falseBounces, failures, missed);
        System.out.println("Kinds of returns, " + table + ": " + score);
        wrong.forEach(System.out::println);
        return score;
    }

    @Test
    void no_other_kind_is_taken_for_a_failure_and_failures_are_found() throws IOException {
        Score score = score("returns.tsv");
        assertEquals(0, score.falseBounces());
        assertEquals(0, score.missed());
        assertTrue(score.right() >= 0.9 * score.rows(), score.toString());
    }

    /** Written after the rules; bench/NOTES.md has the figures of the first run. */
    @Test
    void nor_are_they_in_words_that_no_rule_was_made_for() throws IOException {
        Score score = score("returns-heldout.tsv");
        assertEquals(0, score.falseBounces());
        assertEquals(0, score.missed());
    }
}
