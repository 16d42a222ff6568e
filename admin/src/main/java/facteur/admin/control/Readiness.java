package facteur.admin.control;

import java.util.List;

/**
 * Whether the server can do its work.
 *
 * @param problems empty: it is ready
 */
public record Readiness(List<String> problems) {
    public static final Readiness READY = new Readiness(List.of());

    public Readiness {
        problems = List.copyOf(problems);
    }

    public boolean isReady() {
        return problems.isEmpty();
    }
}
