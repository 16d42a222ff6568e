package facteur.server.cli;

import picocli.CommandLine.Option;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A command that prints a list which the API gives in pages. */
abstract class ListCommand extends ApiCommand {
    /** Items that the API gives in one page at most. */
    private static final int PAGE = 1000;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "at most so many; default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(
            names = "--after",
            paramLabel = "CURSOR",
            defaultValue = "",
            description = "go on there, as the list before said")
    private String after = "";

    /** What is listed, with its filters. */
    abstract ApiQuery query();

    /** Columns of the table; none: all there are. */
    List<String> rowColumns() {
        return List.of();
    }

    @Override
    final Map<String, List<String>> columns() {
        return Map.of("", rowColumns());
    }

    /** Pages until there are as many as were asked for. */
    @Override
    final JsonNode ask(ApiClient server) throws IOException {
        if (limit < 1) {
            throw new UsageError("--limit: at least 1, not " + limit);
        }
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        String next = after;
        do {
            int wanted = Math.min(PAGE, limit - items.size());
            JsonNode page =
                    server.get(
                            query().with("limit", Integer.toString(wanted))
                                    .with("after", next)
                                    .toString());
            page.path("items").forEach(items::add);
            next = page.path("next").asString("");
        } while (!next.isEmpty() && items.size() < limit);
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.set("items", items);
        if (next.isEmpty()) {
            all.putNull("next");
        } else {
            all.put("next", next);
        }
        return all;
    }

    @Override
    final String remark(JsonNode answer) {
        String next = answer.path("next").asString("");
        return next.isEmpty() ? "" : "there are more: --limit N, or --after " + next;
    }
}
