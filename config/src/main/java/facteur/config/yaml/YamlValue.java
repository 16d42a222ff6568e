package facteur.config.yaml;

import java.util.List;

/** A value in a YAML file, with the place where it begins. */
sealed interface YamlValue {
    Place at();

    /**
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {}

    /**
     * @param tag the tag written before it, such as {@code !file}; empty for an ordinary value
     */
    record Text(String value, String tag, Place at) implements YamlValue {}

    record Items(List<YamlValue> values, Place at) implements YamlValue {}

    record Fields(List<Field> fields, Place at) implements YamlValue {}

    /** Nothing written after a key, or {@code null}. */
    record Nothing(Place at) implements YamlValue {}

    record Field(String name, Place at, YamlValue value) {}
}
