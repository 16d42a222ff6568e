package facteur.server.cli;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** JSON on the command line: one object a line, so that other tools can read it line by line. */
final class JsonLines {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private JsonLines() {}

    static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
