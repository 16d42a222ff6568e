package facteur.config.yaml;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

import java.util.Map;

/** Values as YAML. Texts are quoted where they would be read as anything else. */
public final class YamlText {
    private YamlText() {}

    /**
     * @param values maps, lists and texts
     */
    public static String of(Map<String, ?> values) {
        return new Dump(DumpSettings.builder().build()).dumpToString(values);
    }
}
