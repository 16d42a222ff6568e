package facteur.config.read;

import facteur.config.Settings;
import facteur.config.yaml.Problem;

import java.util.List;
import java.util.stream.Collectors;

/** What reading a settings file came to. */
public sealed interface Reading {
    record Good(Settings settings) implements Reading {}

    /**
     * @param problems at least one, in the order of the file
     */
    record Bad(List<Problem> problems) implements Reading {
        /** One line a problem. */
        @Override
        public String toString() {
            return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        }
    }
}
