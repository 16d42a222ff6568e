package facteur.server.cli;

import facteur.mail.outcome.Stage;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.Ruling;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code facteur rules}: what the bounce rules make of replies. */
@Command(
        name = "rules",
        description = "Ask the bounce rules.",
        mixinStandardHelpOptions = true,
        subcommands = {RulesCommand.Classify.class, RulesCommand.Explain.class})
final class RulesCommand {
    /** Replies on standard input, one a line, answered with a line each. */
    @Command(
            name = "classify",
            description = "Rule on replies, one a line (\\n escaped), from standard input.",
            mixinStandardHelpOptions = true)
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

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            BounceClassifier classifier = new BounceClassifier(BounceRules.shipped());
            PrintWriter out = spec.commandLine().getOut();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Ruling ruling =
                        classifier.classify(stage, Optional.ofNullable(host), unescaped(line));
                out.println(
                        json
                                ? Json.line(object(ruling))
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
    @Command(
            name = "explain",
            description = "Tell what the rules see in one reply.",
            mixinStandardHelpOptions = true)
    static final class Explain implements Callable<Integer> {
        @Parameters(paramLabel = "REPLY", description = "such as \"550 5.1.1 no such user\"")
        private String reply = "";

        @Option(names = "--stage", defaultValue = "report")
        private Stage stage = Stage.REPORT;

        @Option(names = "--host")
        private @Nullable String host;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            BounceRules rules = BounceRules.shipped();
            Ruling ruling =
                    new BounceClassifier(rules)
                            .classify(stage, Optional.ofNullable(host), unescaped(reply));
            PrintWriter out = spec.commandLine().getOut();
            out.println("seen as:  " + BounceClassifier.masked(unescaped(reply)));
            out.println("meaning:  " + ruling.meaning().key());
            out.println("category: " + ruling.category().key());
            out.println("rule:     " + ruling.rule() + " (rules " + rules.version() + ")");
            out.println("about:    " + ruling.about().name().toLowerCase(Locale.ROOT));
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
