package facteur.server.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One message. */
abstract class OneMessageCommand extends ApiCommand {
    static final String ID = "as 250 gave it: 13 letters and digits";

    @Parameters(paramLabel = "ID", description = ID)
    String id = "";

    @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
    String why = "";
}
