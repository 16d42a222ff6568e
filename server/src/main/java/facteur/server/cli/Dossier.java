package facteur.server.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/**
 * Everything that is known of a person, put together from the pages in which the server tells it.
 */
final class Dossier {
    private Dossier() {}

    static JsonNode whole(Control server, String address) throws IOException {
        String path = "/contacts/" + Control.part(address) + "/dossier?limit=100";
        ObjectNode dossier = (ObjectNode) server.get(path);
        ArrayNode messages = (ArrayNode) dossier.path("messages");
        JsonNode next = dossier.remove("next");
        while (next != null && next.isString()) {
            JsonNode page = server.get(path + "&after=" + Control.part(next.asString()));
            messages.addAll((ArrayNode) page.path("messages"));
            next = page.path("next");
        }
        for (JsonNode message : messages) {
            timeline(server, (ObjectNode) message);
        }
        return dossier;
    }

    private static void timeline(Control server, ObjectNode message) throws IOException {
        String path =
                "/recipients/"
                        + Control.part(message.path("recipient").path("id").asString())
                        + "?limit=1000&after=";
        ArrayNode timeline = (ArrayNode) message.path("timeline");
        JsonNode next = message.remove("timeline_next");
        while (next != null && next.isString()) {
            JsonNode page = server.get(path + Control.part(next.asString()));
            timeline.addAll((ArrayNode) page.path("timeline"));
            next = page.path("next");
        }
    }
}
