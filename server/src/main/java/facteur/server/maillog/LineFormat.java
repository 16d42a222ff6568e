package facteur.server.maillog;

import facteur.mail.text.Escaped;
import facteur.server.maillog.LogEntry.Field;
import facteur.server.maillog.LogEntry.Value;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How an entry is shown: one line, ended by LF, in which nothing acts on what shows it.
 *
 * <p>Every text goes through {@link #quoted}: a string of JSON, in which controls, format
 * characters and bidirectional overrides are numbers. Outside quotes stand only names of ours,
 * numbers, and values of letters, digits and a few signs, none of which is a quote, a blank, an
 * equals sign or a backslash. So what stands between two quotes, or between two blanks, is one
 * value, whoever chose it.
 */
public enum LineFormat {
    /** {@code 2026-11-30T20:00:00.123Z attempt id=... to=a@b.example reply="250 2.0.0 ok"}. */
    TEXT {
        @Override
        public String line(LogEntry entry) {
            StringBuilder line = new StringBuilder(400);
            time(line, entry.at()).append(' ').append(entry.event());
            for (Field field : entry.fields()) {
                switch (field.value()) {
                    case Value.Text(String text) -> bare(key(line, field), text);
                    case Value.Texts(List<String> texts) ->
                            texts.forEach(text -> bare(key(line, field), text));
                    case Value.Whole(long number) -> key(line, field).append(number);
                    case Value.Seconds(Duration time) -> seconds(key(line, field), time);
                }
            }
            return line.append('\n').toString();
        }

        private static StringBuilder key(StringBuilder line, Field field) {
            return line.append(' ').append(field.name()).append('=');
        }

        private static void bare(StringBuilder line, String text) {
            if (isHarmless(text)) {
                line.append(text);
            } else {
                quoted(line, text);
            }
        }
    },

    /** An object of JSON a line. */
    JSON {
        @Override
        public String line(LogEntry entry) {
            StringBuilder line = new StringBuilder(400);
            time(line.append("{\"at\":\""), entry.at()).append("\",\"event\":");
            quoted(line, entry.event());
            for (Field field : entry.fields()) {
                line.append(",\"").append(field.name()).append("\":");
                switch (field.value()) {
                    case Value.Text(String text) -> quoted(line, text);
                    case Value.Texts(List<String> texts) -> {
                        String comma = "[";
                        for (String text : texts) {
                            quoted(line.append(comma), text);
                            comma = ",";
                        }
                        line.append(']');
                    }
                    case Value.Whole(long number) -> line.append(number);
                    case Value.Seconds(Duration time) -> seconds(line, time);
                }
            }
            return line.append("}\n").toString();
        }
    };

    /** The whole line, its end included. */
    public abstract String line(LogEntry entry);

    /** To the millisecond, always as wide: programs look for it at a place. */
    private static StringBuilder time(StringBuilder line, Instant at) {
        Instant millis = at.truncatedTo(ChronoUnit.MILLIS);
        line.append(millis);
        if (millis.toEpochMilli() % 1000 == 0) {
            line.insert(line.length() - 1, ".000");
        }
        return line;
    }

    private static boolean isHarmless(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isHarmless(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Signs that are part of addresses, times and names, and end no value. */
    private static boolean isHarmless(int c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean digit = c >= '0' && c <= '9';
        return letter || digit || "._-+@:/,<>[]".indexOf(c) >= 0;
    }

    private static void quoted(StringBuilder line, String text) {
        line.append('"');
        int from = 0;
        // Acting characters become numbers first, so that their backslash is not doubled below;
        // a backslash of the text itself never stands before a "u" unescaped.
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append(Escaped.line(text.substring(from, i))).append('\\').append(c);
                from = i + 1;
            }
        }
        line.append(Escaped.line(text.substring(from))).append('"');
    }

    private static void seconds(StringBuilder line, Duration time) {
        long millis = Math.max(0, time.toMillis());
        line.append(millis / 1000).append('.');
        long rest = millis % 1000;
        line.append(rest < 10 ? "00" : rest < 100 ? "0" : "").append(rest);
    }
}
