package facteur.config.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every key that was asked for in one file came to, in the order of asking. */
final class KeysRead {
    private final String file;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    KeysRead(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    void add(Setting setting) {
        settings.put(setting.key(), setting);
    }

    List<Setting> settings() {
        return List.copyOf(settings.values());
    }
}
