package facteur.server.cli;

import picocli.CommandLine.Parameters;

/** A command that lists addresses. */
abstract class AddressListCommand extends ListCommand {
    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            defaultValue = "",
            description = "beginning of the address")
    private String prefix = "";

    /**
     * @param path of the API's list
     */
    final ApiQuery addresses(String path) {
        return ApiQuery.of(path).with("q", prefix);
    }
}
