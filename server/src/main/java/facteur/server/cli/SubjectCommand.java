package facteur.server.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Map;

/** A part of the queue. */
abstract class SubjectCommand extends ApiCommand {
    @Parameters(
            paramLabel = "SUBJECT",
            description =
                    "a site as queue list names it, or domain:NAME, source:NAME,"
                            + " credential:NAME, campaign:NAME, campaign:id:NUMBER, message:ID")
    String subject = "";

    @Option(names = "--why", defaultValue = "", description = "noted beside who")
    String why = "";

    Map<String, String> body() {
        return Map.of(
                subject.matches("(?i)(domain|site|source|credential|campaign|message):.+")
                        ? "subject"
                        : "site",
                subject,
                "why",
                why);
    }
}
