package facteur.admin.jackson;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.Map;

/** Records as JSON: names in snake case, instants as RFC 3339. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .build())
                                    .build())
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private Json() {}

    public static byte[] write(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    }

    /** On one line. */
    public static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * @throws IOException when it is not JSON, or not of that form; the message says where
     */
    public static <T> T read(byte[] octets, Class<T> type) throws IOException {
        try {
            T value = MAPPER.readValue(octets, type);
            if (value == null) {
                throw new IOException("null is not a " + type.getSimpleName());
            }
            return value;
        } catch (JacksonException e) {
            throw new IOException("JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** An object of which nothing is known beforehand. */
    @SuppressWarnings("unchecked") // The keys of a JSON object are text.
    public static Map<String, Object> object(byte[] octets) throws IOException {
        return read(octets, Map.class);
    }
}
