package facteur.server.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One address. */
abstract class OneAddressCommand extends ApiCommand {
    @Parameters(paramLabel = "ADDRESS", description = "or id:NUMBER, for contacts")
    String address = "";

    @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
    String why = "";
}
