package facteur.server.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/**
 * Everything that is known of a person, put together from the pages in which the server tells it.
 */
final class PersonDossier {
    private PersonDossier() {}

    static JsonNode whole(ApiClient server, String address) throws IOException {
        String path = "/contacts/" + ApiClient.part(address) + "/dossier?limit=100";
        ObjectNode dossier = (ObjectNode) server.get(path);
        ArrayNode messages = (ArrayNode) dossier.path("messages");
        JsonNode next = dossier.remove("next");
        while (next != null && next.isString()) {
            JsonNode page = server.get(path + "&after=" + ApiClient.part(next.asString()));
            messages.addAll((ArrayNode) page.path("messages"));
            next = page.path("next");
        }
        for (JsonNode message : messages) {
            timeline(server, (ObjectNode) message);
        }
        return dossier;
    }

    private static void timeline(ApiClient server, ObjectNode message) throws IOException {
        String path =
                "/recipients/"
                        + ApiClient.part(message.path("recipient").path("id").asString())
                        + "?limit=1000&after=";
        ArrayNode timeline = (ArrayNode) message.path("timeline");
        JsonNode next = message.remove("timeline_next");
        while (next != null && next.isString()) {
            JsonNode page = server.get(path + ApiClient.part(next.asString()));
            timeline.addAll((ArrayNode) page.path("timeline"));
            next = page.path("next");
        }
    }
}
