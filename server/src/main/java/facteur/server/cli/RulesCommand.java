package facteur.server.cli;

import facteur.config.unit.Durations;
import facteur.mail.outcome.Stage;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.PathEffect;
import facteur.mta.disposition.Ruling;
import facteur.server.RulesFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code facteur rules}: what the rules make of replies, and of hits. */
@Command(name = "rules", description = "Ask the bounce rules.")
final class RulesCommand {
    static final List<Class<?>> VERBS =
            List.of(Classify.class, Explain.class, Test.class, DryRun.class);

    /** Which rules are asked. */
    static final class Rules {
        @Option(
                names = "--rules",
                paramLabel = "FILE",
                description = "a bounces.yaml; without it the rules that are shipped")
        private @Nullable Path file;

        BounceRules load() {
            try {
                return file == null ? BounceRulesReader.shipped() : RulesFile.load(file);
            } catch (RulesFile.Bad e) {
                throw new UsageError(String.join("\n", e.problems()));
            }
        }

        String text() throws IOException {
            return file == null ? "" : Files.readString(file);
        }
    }

    /** Replies on standard input, one a line, answered with a line each. */
    @Command(
            name = "classify",
            description = "Rule on replies, one a line (\\n escaped), from standard input.")
    static final class Classify implements Callable<Integer> {
        @Option(
                names = "--stage",
                defaultValue = "report",
                description =
                        "where the reply came: connect, banner, ehlo, starttls, mail, rcpt, data,"
                                + " dot, report")
        private Stage stage = Stage.REPORT;

        @Option(names = "--host", description = "name of the MX host that spoke, where it is known")
        private @Nullable String host;

        @Option(names = "--json", description = "a JSON object a line")
        private boolean json;

        @Mixin private Rules rules;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            BounceClassifier classifier = new BounceClassifier(rules.load());
            PrintWriter out = spec.commandLine().getOut();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Ruling ruling =
                        classifier.classify(stage, Optional.ofNullable(host), unescaped(line));
                out.println(
                        json
                                ? JsonLines.line(object(ruling))
                                : ruling.meaning().key()
                                        + "\t"
                                        + ruling.category().key()
                                        + "\t"
                                        + ruling.rule());
            }
            out.flush();
            return 0;
        }
    }

    /** One reply, with everything the rules see. */
    @Command(name = "explain", description = "Tell what the rules see in one reply.")
    static final class Explain implements Callable<Integer> {
        @Parameters(paramLabel = "REPLY", description = "such as \"550 5.1.1 no such user\"")
        private String reply = "";

        @Option(names = "--stage", defaultValue = "report")
        private Stage stage = Stage.REPORT;

        @Option(names = "--host")
        private @Nullable String host;

        @Mixin private Rules from;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            BounceRules rules = from.load();
            Ruling ruling =
                    new BounceClassifier(rules)
                            .classify(stage, Optional.ofNullable(host), unescaped(reply));
            PrintWriter out = spec.commandLine().getOut();
            out.println("seen as:  " + BounceClassifier.masked(unescaped(reply)));
            out.println("meaning:  " + ruling.meaning().key());
            out.println("category: " + ruling.category().key());
            out.println("rule:     " + ruling.rule() + " (rules " + rules.version() + ")");
            String cite = rules.citation(ruling.rule());
            if (!cite.isEmpty()) {
                out.println("cites:    " + cite);
            }
            out.println("about:    " + ruling.about().key());
            out.println("effect:   " + told(ruling.effect()));
            rules.advice(ruling.rule())
                    .or(() -> rules.advice(ruling.category()))
                    .ifPresent(
                            advice ->
                                    out.println(
                                            "advice:   "
                                                    + advice.english()
                                                    + "\nconseil:  "
                                                    + advice.french()));
            return 0;
        }
    }

    private static String told(PathEffect pathEffect) {
        return switch (pathEffect) {
            case PathEffect.None _ -> "on this recipient alone";
            case PathEffect.Slow(Duration time) ->
                    "half as many messages from this source to the site for "
                            + Durations.format(time);
            case PathEffect.SlowSite(Duration time) ->
                    "half as many messages to the site, from every source, for "
                            + Durations.format(time);
            case PathEffect.Rest(Duration time) ->
                    "nothing from this source to the site for " + Durations.format(time);
            case PathEffect.Suspend(Duration time) ->
                    "nothing to the site for " + Durations.format(time);
            case PathEffect.AvoidHost(Duration time) ->
                    "other hosts of the site first for " + Durations.format(time);
        };
    }

    /** Replies with what they should be ruled. */
    @Command(
            name = "test",
            description = {
                "Hold the rules against a file of replies: meaning, category and reply, with tabs"
                        + " between them (\\n escaped).",
                "Prints each that is ruled otherwise; exit status 1 when there is one."
            })
    static final class Test implements Callable<Integer> {
        @Parameters(paramLabel = "FILE")
        private Path file = Path.of("");

        @Option(names = "--stage", defaultValue = "report", description = "where the replies came")
        private Stage stage = Stage.REPORT;

        @Mixin private Rules rules;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            BounceClassifier classifier = new BounceClassifier(rules.load());
            PrintWriter out = spec.commandLine().getOut();
            int number = 0;
            int replies = 0;
            int wrong = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split("\t", 3);
                if (cells.length < 3) {
                    throw new UsageError(
                            file + ", line " + number + ": meaning, category, reply expected");
                }
                replies++;
                Ruling ruling = classifier.classify(stage, Optional.empty(), unescaped(cells[2]));
                String is = ruling.meaning().key() + " " + ruling.category().key();
                if (!is.equals(cells[0] + " " + cells[1])) {
                    wrong++;
                    out.println(
                            "line %d: %s %s expected, %s by %s: %s"
                                    .formatted(
                                            number,
                                            cells[0],
                                            cells[1],
                                            is,
                                            ruling.rule(),
                                            cells[2]));
                }
            }
            out.println(
                    "%d replies, %d ruled as expected, %d not (rules %s)"
                            .formatted(
                                    replies, replies - wrong, wrong, classifier.rules().version()));
            return wrong == 0 ? 0 : 1;
        }
    }

    /** Rules against the replies of the last days, as the running server stored them. */
    @Command(
            name = "dry-run",
            description = {
                "Tell which stored replies rules would read otherwise; changes nothing.",
                "With --robots: which stored hits would be taken for somebody else's. Of a hit only"
                        + " the rules that spoke and the family of the agent are kept."
            })
    static final class DryRun extends ApiCommand {
        @Option(names = "--since", defaultValue = "7d", description = "how far back, such as 7d")
        private String since = "7d";

        @Option(names = "--robots", description = "robot rules: --rules names a robots.yaml")
        private boolean robots;

        @Mixin private Rules rules;

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            Duration back =
                    Durations.parse(since)
                            .orElseThrow(
                                    () ->
                                            new UsageError(
                                                    "--since: a time such as 7d, not " + since));
            if (!robots) {
                rules.load(); // problems are told here, with their lines
            }
            return server.postAtLength(
                    "/rules/dry-run",
                    Map.of(
                            "since",
                            Instant.now().minus(back).toString(),
                            "rules",
                            rules.text(),
                            "kind",
                            robots ? "robots" : "bounces"));
        }
    }

    private static Map<String, String> object(Ruling ruling) {
        Map<String, String> object = new LinkedHashMap<>();
        object.put("meaning", ruling.meaning().key());
        object.put("category", ruling.category().key());
        object.put("rule", ruling.rule());
        return object;
    }

    private static String unescaped(String line) {
        return line.replace("\\r", "").replace("\\n", "\n");
    }
}
