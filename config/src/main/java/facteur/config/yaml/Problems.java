package facteur.config.yaml;

import java.util.ArrayList;
import java.util.List;

/** What was found wrong so far in one file. */
final class Problems {
    // Enough to repair a file by; a file of noise does not fill the screen.
    static final int MOST = 100;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final boolean whole;
    private boolean broken;

    Problems(String file) {
        this(file, true);
    }

    /**
     * @param whole whether every key of the file is asked for
     */
    Problems(String file, boolean whole) {
        this.file = file;
        this.whole = whole;
    }

    /** Whether a key that nobody asks for is a mistake. */
    boolean refusesUnknownKeys() {
        return whole;
    }

    void add(YamlValue.Place at, String key, String what) {
        if (found.size() < MOST && !broken) {
            found.add(new Problem(file, at.line(), at.column(), key, what));
        }
    }

    /** The file as a whole cannot be read, so what it lacks is not worth telling. */
    void broken(YamlValue.Place at, String what) {
        add(at, "", what);
        broken = true;
    }

    boolean isBroken() {
        return broken;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> inOrderOfTheFile() {
        return found.stream().sorted().distinct().toList();
    }
}
