package facteur.config.yaml;

import java.util.List;
import java.util.Optional;

/**
 * A key, with the value in force, as it would be written in a file.
 *
 * @param key its path, such as {@code submission.listeners[0].tls}
 * @param said where a file says it; empty: no file does, so the default holds
 * @param isDefault whether the value is that which holds where no file says another
 */
public record Setting(String key, Value value, Optional<Place> said, boolean isDefault) {
    /**
     * @param file as the person who wrote it would name it
     * @param line from 1
     * @param column from 1
     */
    public record Place(String file, int line, int column) {}

    /** What can be shown of a value. */
    public sealed interface Value {
        record One(String text) implements Value {}

        record Several(List<String> texts) implements Value {
            public Several {
                texts = List.copyOf(texts);
            }
        }

        /**
         * There is one, and it is not shown.
         *
         * @param from where it is fetched, such as {@code !env NAME}; empty: it stands in the file
         */
        record Secret(String from) implements Value {}

        /** There is none. */
        record Unset() implements Value {}
    }

    /** The same, as if no file said it. */
    public Setting unsaid() {
        return new Setting(key, value, Optional.empty(), true);
    }
}
