package facteur.server.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A command that asks the running server and prints what it answers. */
abstract class ApiCommand implements Callable<Integer> {
    @Mixin private ConfigOption config;

    @Option(names = "--json", description = "the answer as the API gives it")
    private boolean json;

    @Option(names = "--wide", description = "whole values and every column, however wide")
    private boolean wide;

    @Spec private CommandSpec spec;

    abstract JsonNode ask(ApiClient server) throws IOException;

    /** Columns of the lists in the answer, as {@link JsonTable.Layout} has them. */
    Map<String, List<String>> columns() {
        return Map.of();
    }

    /** What is said beside the answer, when people read it. */
    String remark(JsonNode answer) {
        return "";
    }

    @Override
    public Integer call() throws IOException {
        JsonNode answer = ask(ApiClient.of(config.server()));
        JsonTable.print(
                spec.commandLine().getOut(),
                answer,
                new JsonTable.Layout(json, wide, Terminal.ofThisProcess(), columns()));
        String remark = json ? "" : remark(answer);
        if (!remark.isEmpty()) {
            spec.commandLine().getErr().println(remark);
        }
        return 0;
    }
}
