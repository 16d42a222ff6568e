package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Stage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@DisplayName("The shipped rules on wordings from many servers and languages")
class WordingsTest {
    private final BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());

    @ParameterizedTest
    @ValueSource(strings = {"wordings.tsv", "heldout.tsv"})
    @DisplayName("Nearly all are ruled as people rule them")
    void rulings(String file) throws IOException {
        Score score = new Score();
        List<String> wrong = new ArrayList<>();
        String table = new String(Samples.bytes(file), StandardCharsets.UTF_8);
        for (String line : table.lines().filter(l -> !l.startsWith("#")).toList()) {
            String[] cells = line.split("\t", 3);
            Ruling ruling =
                    classifier.classify(
                            Stage.REPORT, Optional.empty(), cells[2].replace("\\n", "\n"));
            score.meaning(cells[0].equals("hard"), ruling.meaning() == Meaning.HARD);
            score.category(cells[1], ruling.category().key());
            if (!ruling.meaning().key().equals(cells[0])
                    || !ruling.category().key().equals(cells[1])) {
                wrong.add(
                        "  %s\n    ruled %s %s by %s: %s"
                                .formatted(
                                        line,
                                        ruling.meaning().key(),
                                        ruling.category().key(),
                                        ruling.rule(),
                                        BounceClassifier.masked(cells[2])));
            }
        }
        System.out.println(file + ", rules " + classifier.rules().version() + "\n" + score);
        wrong.forEach(System.out::println);
        assertTrue(score.accuracy() >= 0.98, score::toString);
        assertTrue(score.precision() >= 0.99, score::toString);
        assertTrue(score.recall() >= 0.97, score::toString);
        assertTrue(score.categories() >= 0.93, score::toString);
    }
}
