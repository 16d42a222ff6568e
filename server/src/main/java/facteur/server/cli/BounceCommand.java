package facteur.server.cli;

import facteur.mail.message.Content;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.feedback.ReportedRecipient;
import facteur.mta.feedback.ReturnedMail;
import facteur.mta.feedback.ReturnedMailReader;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code facteur bounce}: what returned mail says. */
@Command(name = "bounce", description = "Read returned mail.")
final class BounceCommand {
    static final List<Class<?>> VERBS = List.of(Parse.class);

    /** One object per file. */
    @Command(
            name = "parse",
            description = "Tell what bounce messages, reports and auto-replies say.")
    static final class Parse implements Callable<Integer> {
        @Option(names = "--json", description = "a JSON object a line")
        private boolean json;

        @Parameters(paramLabel = "FILE", arity = "1..*")
        private List<Path> files = List.of();

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            ReturnedMailReader reader =
                    new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));
            PrintWriter out = spec.commandLine().getOut();
            for (Path file : files) {
                Map<String, Object> object =
                        object(file, reader.read(Content.of(Files.readAllBytes(file))));
                out.println(json ? JsonLines.line(object) : object.toString());
            }
            return 0;
        }
    }

    private static Map<String, Object> object(Path file, ReturnedMail mail) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file.toString());
        object.put("kind", mail.kind().key());
        object.put("recipients", mail.recipients().stream().map(BounceCommand::object).toList());
        return object;
    }

    private static Map<String, Object> object(ReportedRecipient recipient) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("address", recipient.address());
        object.put("meaning", recipient.ruling().map(ruling -> ruling.meaning().key()).orElse(""));
        object.put(
                "category", recipient.ruling().map(ruling -> ruling.category().key()).orElse(""));
        object.put("status", recipient.status().map(Object::toString).orElse(""));
        object.put("diagnostic", recipient.diagnostic());
        return object;
    }
}
