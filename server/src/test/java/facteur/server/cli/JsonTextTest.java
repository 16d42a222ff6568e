package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

class JsonTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"a\":[1,-2,3.5,1e300,true,false,null,\"\\u202e\\\"\\n\"],\"b\":{\"c\":{}}}",
                "[9223372036854775807,92233720368547758080]",
                "\"text\""
            })
    void what_is_read_and_written_is_what_a_mapper_reads(String text) throws IOException {
        assertEquals(
                JsonMapper.builder().build().readTree(text).toString(),
                JsonText.of(JsonText.read(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "[1,", "nul"})
    void what_is_no_json_is_refused(String text) {
        assertThrows(IOException.class, () -> JsonText.read(text));
    }

    @Test
    void maps_lists_and_values_become_a_tree() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", Arrays.asList("a", 1, 2L, 0.5, true, null));
        map.put("map", Map.of("x", "y"));
        assertEquals(
                "{\"list\":[\"a\",1,2,0.5,true,null],\"map\":{\"x\":\"y\"}}",
                JsonText.of(JsonText.tree(map)));
        assertThrows(IllegalArgumentException.class, () -> JsonText.tree(new Object()));
    }
}
