package facteur.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes the commands of a checkout as quick as those of a package. */
final class CheckoutCommands {
    private CheckoutCommands() {}

    static void prepare(Path home) throws IOException {
        Path dist = home.resolve("server/target/dist");
        Path lib = dist.resolve("lib");
        List<String> jars;
        try (Stream<Path> files = Files.list(lib)) {
            jars = files.map(file -> file.getFileName().toString()).toList();
        }
        for (String jar : jars) {
            if (jar.startsWith(Jars.OF_JAVA_5)) {
                OldClasses.renewAll(lib.resolve(jar));
            }
        }
        String classPath =
                String.join(
                        ":",
                        ClassPath.ofCommands(jars).stream()
                                .map(jar -> lib.resolve(jar).toString())
                                .toList());
        Files.writeString(dist.resolve("classpath.commands"), classPath);
        Path rehearsal = Files.createTempDirectory("facteur-rehearsal-");
        try {
            Command.run(
                    rehearsal,
                    Training.command(
                            Path.of(System.getProperty("java.home"), "bin/java"),
                            home.resolve("packaging/src/main/files/usr/lib/facteur/cli.options"),
                            dist.resolve("cli.aot"),
                            classPath,
                            List.of("__rehearse", rehearsal.resolve("data").toString())));
        } finally {
            Tree.erase(rehearsal);
        }
    }
}
