package facteur.server.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.concurrent.Callable;

/** A command that asks the running server and prints what it answers. */
abstract class ApiCommand implements Callable<Integer> {
    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "the answer as the API gives it")
    private boolean json;

    @Spec private CommandSpec spec;

    abstract JsonNode ask(ApiClient server) throws IOException;

    @Override
    public Integer call() throws IOException {
        JsonTable.print(spec.commandLine().getOut(), ask(ApiClient.of(config.settings())), json);
        return 0;
    }
}
