package facteur.admin.control;

import java.util.List;

/** Reads the configuration file again. */
@FunctionalInterface
public interface Reload {
    /**
     * What came of it. With problems nothing was changed.
     *
     * @param changed sections that now hold other settings
     * @param needRestart those of them that take effect only after a restart
     * @param problems why the file was not taken
     * @param warnings of what it was taken with, and nobody can want
     */
    record Outcome(
            List<String> changed,
            List<String> needRestart,
            List<String> problems,
            List<String> warnings) {
        public Outcome {
            changed = List.copyOf(changed);
            needRestart = List.copyOf(needRestart);
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    Outcome reload();
}
