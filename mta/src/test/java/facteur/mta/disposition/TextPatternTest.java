package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import facteur.mail.outcome.Stage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

@DisplayName("Words an expression cannot do without")
class TextPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "user unknown; user unknown",
                "mail ?box full; box full",
                "(over|above) quota;  quota",
                "a(bcde|fgh)?ijk; ijk",
                "(alpha|beta); alpha|beta",
                "one|two words; one|two words",
                "\\bspam\\b; spam",
                "[ab]cd; ''",
                "abc+d; abc",
                "(spamhaus|x)\\.org; .org",
                "容量; 容量",
            })
    @DisplayName("Are found where they can be seen")
    void words(String expression, String words) {
        assertEquals(
                words.isEmpty() ? List.of() : List.of(words.strip().split("\\|")),
                Literals.needed(expression).stream().map(String::strip).toList());
    }

    @Test
    @DisplayName("Never hide a match, in any rule on any sample")
    void neverWrong() throws IOException {
        List<String> texts = texts();
        for (BounceRule rule : BounceRulesReader.shipped().all()) {
            for (Optional<TextPattern> pattern : List.of(rule.text(), rule.unless())) {
                pattern.ifPresent(
                        p ->
                                texts.forEach(
                                        text ->
                                                assertEquals(
                                                        p.pattern().matcher(text).find(),
                                                        p.isFoundIn(text),
                                                        () -> rule.id() + " on " + text)));
            }
        }
    }

    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Map<String, String> row : Samples.table("replies.tsv")) {
            texts.add(Refusal.of(row.getOrDefault("text", "")).text());
        }
        new String(Samples.bytes("wordings.tsv"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> texts.add(Refusal.of(line.split("\t", 3)[2]).text()));
        return texts;
    }

    @Test
    @DisplayName("Noise is ruled on like anything else")
    void noise() {
        BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom chance = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            for (int i = chance.nextInt(60); i > 0; i--) {
                text.appendCodePoint(
                        chance.nextBoolean() ? chance.nextInt(0x80) : chance.nextInt(0xd800));
            }
            assertNotNull(
                    classifier.classify(Stage.RCPT, Optional.empty(), text.toString()),
                    "seed " + seed);
        }
    }
}
