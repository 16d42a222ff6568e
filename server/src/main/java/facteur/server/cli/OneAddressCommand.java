package facteur.server.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One address. */
abstract class OneAddressCommand extends ApiCommand {
    static final String ADDRESS = "or id:NUMBER, for contacts";

    @Parameters(paramLabel = "ADDRESS", description = ADDRESS)
    String address = "";

    @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
    String why = "";
}
