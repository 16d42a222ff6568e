package facteur.admin.control;

import java.util.List;

/**
 * Whether the server takes mail and sends it.
 *
 * @param problems why it does not; empty when it does
 * @param notes what is late meanwhile, and hinders neither
 */
public record Readiness(List<String> problems, List<String> notes) {
    public static final Readiness READY = new Readiness(List.of());

    public Readiness {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    public Readiness(List<String> problems) {
        this(problems, List.of());
    }

    public boolean isReady() {
        return problems.isEmpty();
    }
}
