package facteur.config.yaml;

import facteur.mail.text.Escaped;

import java.util.Comparator;

/**
 * What is wrong at one place of a file.
 *
 * @param file as the person who wrote it would name it
 * @param line from 1
 * @param column from 1
 * @param key the path of the key, such as {@code submission.listeners[0].tls}; empty for the file
 * @param what what was found, and what is allowed instead, with an example where one helps
 */
public record Problem(String file, int line, int column, String key, String what)
        implements Comparable<Problem> {
    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line)
                    .thenComparingInt(Problem::column)
                    .thenComparing(Problem::what);

    /** What stands in the file acts on nothing where it is told. */
    public Problem {
        key = Escaped.line(key);
        what = Escaped.lines(what);
    }

    @Override
    public int compareTo(Problem other) {
        return BY_PLACE.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + (key.isEmpty() ? "" : " " + key) + ": " + what;
    }
}
