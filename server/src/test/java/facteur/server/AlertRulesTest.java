package facteur.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.Settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The alerting rules that are shipped ask for metrics that there are. */
class AlertRulesTest {
    private static final Pattern METRIC = Pattern.compile("facteur_[a-z_]+");

    @TempDir private Path directory;

    @Test
    void every_metric_that_a_rule_asks_for_is_told_by_a_server_that_has_just_started()
            throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            String told = facteur.get("/metrics");
            for (String file : List.of("store", "tracker", "suppression", "delivery", "server")) {
                List<String> wanted = metrics("alerts-" + file + ".yaml");
                assertTrue(!wanted.isEmpty(), file);
                for (String metric : wanted) {
                    assertTrue(
                            told.lines().anyMatch(line -> line.matches(metric + "[ {].*")),
                            metric + " of " + file + " is not among the metrics");
                }
            }
        }
    }

    private static List<String> metrics(String name) throws Exception {
        List<String> metrics = new ArrayList<>();
        try (InputStream in = Settings.class.getResourceAsStream(name)) {
            Map<?, ?> file =
                    (Map<?, ?>)
                            new Load(LoadSettings.builder().build())
                                    .loadFromInputStream(Objects.requireNonNull(in, name));
            for (Object group : (List<?>) Objects.requireNonNull(file.get("groups"))) {
                Object rules = Objects.requireNonNull(((Map<?, ?>) group).get("rules"));
                for (Object rule : (List<?>) rules) {
                    String asks = String.valueOf(((Map<?, ?>) rule).get("expr"));
                    METRIC.matcher(asks).results().map(MatchResult::group).forEach(metrics::add);
                }
            }
        }
        return metrics;
    }
}
