package facteur.packaging;

import java.util.List;
import java.util.stream.Stream;

/**
 * The order of the jars. Those of commands that ask the running server come first, and are all that
 * such a command is given: who looks for a class that nobody has opens every jar. What is cached
 * for them stays usable with more jars behind them.
 */
final class ClassPath {
    private static final List<String> OF_COMMANDS =
            List.of(
                    "server",
                    "mail",
                    "config",
                    "admin",
                    "picocli",
                    "jackson-core",
                    "jackson-databind",
                    "jackson-annotations",
                    "snakeyaml-engine",
                    "fastcsv",
                    "jspecify");

    private ClassPath() {}

    /** Those that commands need, in their order. */
    static List<String> ofCommands(List<String> jars) {
        return OF_COMMANDS.stream()
                .flatMap(name -> jars.stream().filter(jar -> jar.matches(name + "-[0-9].*")))
                .toList();
    }

    /** All: those of commands first, the others sorted. */
    static List<String> all(List<String> jars) {
        List<String> first = ofCommands(jars);
        return Stream.concat(
                        first.stream(), jars.stream().filter(jar -> !first.contains(jar)).sorted())
                .toList();
    }
}
