package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Tag("bench")
@DisplayName("The speed of rulings")
class ClassifierBench {
    private static final int ROUNDS = 4000;

    @Test
    @DisplayName("At least 200 000 a second on one core, with another recipient each time")
    void rulings() throws Exception {
        List<String> templates = new ArrayList<>();
        for (Map<String, String> row : Samples.table("replies.tsv")) {
            if ("smtp".equals(row.get("kind"))) {
                templates.add(row.getOrDefault("text", "").substring(4).strip());
            }
        }
        BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());
        double best = 0;
        for (int warmUp = 0; warmUp < 5; warmUp++) {
            best = Math.max(best, perSecond(classifier, templates));
        }
        System.out.printf("rulings: %.0f a second of one core%n", best);
        assertTrue(best >= 200_000, "rulings a second: " + best);
    }

    private static double perSecond(BounceClassifier classifier, List<String> templates) {
        int rulings = 0;
        long start = cpuNanos();
        for (int round = 0; round < ROUNDS; round++) {
            for (String template : templates) {
                Reply reply = Reply.of(550, "<user" + round + "@example.org>: " + template);
                rulings +=
                        classifier.classify(Stage.RCPT, Optional.empty(), reply).rule().isEmpty()
                                ? 0
                                : 1;
            }
        }
        return rulings / ((cpuNanos() - start) / 1e9);
    }

    /** Of this thread: what one core does, however many share it. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
