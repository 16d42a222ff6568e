package facteur.server.cli;

import java.util.List;

/** Commands of a part that is not on every class path: of the laboratory. */
public interface MoreCommands {
    /** Classes with picocli's {@code @Command}. */
    List<Class<?>> commands();
}
