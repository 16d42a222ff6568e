package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Stage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@DisplayName("A provider of whom we have been told nothing")
class LeaveOneProviderOutTest {
    private static final Map<String, String> OUR_NAMES =
            Map.of(
                    "gmail", "google",
                    "outlook", "microsoft",
                    "icloud", "apple",
                    "mail.ru", "mailru",
                    "qq", "tencent",
                    "free.fr", "free",
                    "secureserver/godaddy", "godaddy",
                    "cox", "charter");

    @Test
    @DisplayName("Is read by the general rules nearly as well, and never falsely as hard")
    void leaveOneOut() throws IOException {
        BounceRules all = BounceRulesReader.shipped();
        Map<String, Score> scores = new TreeMap<>();
        for (Map<String, String> row : Samples.table("replies.tsv")) {
            String provider = row.getOrDefault("provider", "");
            if (!provider.isEmpty() && !"class".equals(row.get("ambiguous"))) {
                String name = OUR_NAMES.getOrDefault(provider, provider);
                BounceClassifier without = new BounceClassifier(all.withoutProvider(name));
                Ruling ruling =
                        without.classify(
                                Stage.REPORT, Optional.empty(), row.getOrDefault("text", ""));
                Score score = scores.computeIfAbsent(provider, _ -> new Score());
                score.meaning("hard".equals(row.get("expected")), ruling.meaning() == Meaning.HARD);
                score.category(row.getOrDefault("category", ""), ruling.category().key());
            }
        }
        scores.forEach(
                (provider, score) ->
                        System.out.printf(
                                "without %-22s %2d rows, accuracy %.2f, category %.2f%n",
                                provider, score.rows(), score.accuracy(), score.categories()));
        scores.forEach((provider, score) -> assertTrue(score.precision() == 1, provider));
    }
}
