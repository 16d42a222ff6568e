package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.Settings;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

@DisplayName("The shipped rules as a file")
class ShippedRulesTest {
    // Shorter ones are words that anybody says.
    private static final int A_SENTENCE = 25;

    private static List<Map<?, ?>> rules() throws Exception {
        try (InputStream in = Settings.class.getResourceAsStream("bounces.yaml")) {
            Map<?, ?> file =
                    (Map<?, ?>)
                            new Load(LoadSettings.builder().build())
                                    .loadFromInputStream(Objects.requireNonNull(in));
            List<Map<?, ?>> rules = new ArrayList<>();
            for (String part : List.of("by_provider", "by_text", "by_enhanced_code", "by_code")) {
                for (Object rule : (List<?>) Objects.requireNonNull(file.get(part))) {
                    rules.add((Map<?, ?>) rule);
                }
            }
            return rules;
        }
    }

    @Test
    @DisplayName("Each says for whom or by what paper it stands")
    void citations() throws Exception {
        List<Map<?, ?>> rules = rules();
        assertTrue(rules.size() > 100, () -> rules.size() + " rules");
        assertEquals(
                List.of(),
                rules.stream().filter(rule -> !(rule.get("cite") instanceof String)).toList());
    }

    @Test
    @DisplayName("None is the whole text of one sample")
    void noCopies() throws Exception {
        Map<String, String> samples = new HashMap<>();
        for (Map<String, String> row : Samples.table("replies.tsv")) {
            Refusal refusal = Refusal.of(row.getOrDefault("text", ""));
            samples.put(letters(refusal.text()), row.getOrDefault("id", ""));
        }
        List<String> copies = new ArrayList<>();
        for (Map<?, ?> rule : rules()) {
            Object texts = rule.containsKey("text") ? rule.get("text") : List.of();
            for (Object text : (List<?>) Objects.requireNonNull(texts)) {
                String letters = letters(String.valueOf(text));
                if (letters.length() >= A_SENTENCE && samples.containsKey(letters)) {
                    copies.add(rule.get("id") + " is sample " + samples.get(letters));
                }
            }
        }
        assertEquals(List.of(), copies);
    }

    /** A text or an expression without what expressions add. */
    private static String letters(String text) {
        return text.replaceAll("[^\\p{L}]+", " ").strip();
    }
}
