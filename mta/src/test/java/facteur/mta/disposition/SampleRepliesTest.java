package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Stage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@DisplayName("The shipped rules on labelled replies")
class SampleRepliesTest {
    private final BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());

    @Test
    @DisplayName("Nearly all are ruled as people rule them")
    void rulings() throws IOException {
        Score score = new Score();
        List<String> wrong = new ArrayList<>();
        for (Map<String, String> row : Samples.table("replies.tsv")) {
            Ruling ruling =
                    classifier.classify(
                            Stage.REPORT, Optional.empty(), row.getOrDefault("text", ""));
            count(score, row, ruling);
            note(wrong, row, ruling);
        }
        System.out.println("Replies, rules " + classifier.rules().version() + "\n" + score);
        wrong.forEach(System.out::println);
        assertTrue(score.accuracy() >= 0.97, score::toString);
        assertTrue(score.precision() >= 0.98, score::toString);
        assertTrue(score.recall() >= 0.95, score::toString);
        assertTrue(score.categories() >= 0.90, score::toString);
    }

    private static void count(Score score, Map<String, String> row, Ruling ruling) {
        String ambiguous = row.getOrDefault("ambiguous", "no");
        if (!ambiguous.equals("class")) {
            score.meaning("hard".equals(row.get("expected")), ruling.meaning() == Meaning.HARD);
        }
        if (ambiguous.equals("no")) {
            score.category(row.getOrDefault("category", ""), ruling.category().key());
        }
    }

    private static void note(List<String> wrong, Map<String, String> row, Ruling ruling) {
        boolean right =
                ruling.meaning().key().equals(row.get("expected"))
                        && ruling.category().key().equals(row.get("category"));
        if (!right) {
            wrong.add(
                    "  %s %s: %s %s, not %s %s by %s: %s"
                            .formatted(
                                    row.get("id"),
                                    row.get("ambiguous"),
                                    ruling.meaning().key(),
                                    ruling.category().key(),
                                    row.get("expected"),
                                    row.get("category"),
                                    ruling.rule(),
                                    BounceClassifier.masked(row.getOrDefault("text", ""))));
        }
    }
}
