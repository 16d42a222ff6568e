package facteur.server.maillog;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one line says.
 *
 * @param event a word of ours
 * @param fields in the order in which they are shown
 */
public record LogEntry(Instant at, String event, List<Field> fields) {
    public LogEntry {
        fields = List.copyOf(fields);
    }

    /**
     * @param name a word of ours
     */
    public record Field(String name, Value value) {}

    /** Who wrote a value decides how it is shown. */
    public sealed interface Value {
        /** From wherever: it is escaped. */
        record Text(String text) implements Value {}

        /** Several of them. */
        record Texts(List<String> texts) implements Value {
            public Texts {
                texts = List.copyOf(texts);
            }
        }

        record Whole(long number) implements Value {}

        /** Seconds, with three decimals. */
        record Seconds(Duration time) implements Value {}
    }

    public static Builder of(Instant at, String event) {
        return new Builder(at, event);
    }

    /** Leaves out what is empty. */
    public static final class Builder {
        private final Instant at;
        private final String event;
        private final List<Field> fields = new ArrayList<>();

        private Builder(Instant at, String event) {
            this.at = at;
            this.event = event;
        }

        public Builder text(String name, String text) {
            if (!text.isEmpty()) {
                fields.add(new Field(name, new Value.Text(text)));
            }
            return this;
        }

        public Builder text(String name, Optional<?> text) {
            return text(name, text.map(Object::toString).orElse(""));
        }

        public Builder texts(String name, List<String> texts) {
            if (!texts.isEmpty()) {
                fields.add(new Field(name, new Value.Texts(texts)));
            }
            return this;
        }

        public Builder number(String name, long number) {
            fields.add(new Field(name, new Value.Whole(number)));
            return this;
        }

        public Builder seconds(String name, Duration time) {
            fields.add(new Field(name, new Value.Seconds(time)));
            return this;
        }

        public LogEntry build() {
            return new LogEntry(at, event, fields);
        }
    }
}
