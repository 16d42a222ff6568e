package facteur.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A checkout that was built.
 *
 * @param home its directory
 * @param jdk home of the JDK that the runtime is made of
 * @param version of the build, as Maven says it; it stands in {@code pom.xml} alone
 * @param time that all files bear, of {@code project.build.outputTimestamp}
 */
record Checkout(Path home, Path jdk, String version, Instant time) {
    private static final Pattern TIMESTAMP =
            Pattern.compile("<project.build.outputTimestamp>([^<]+)<");

    /**
     * @throws IOException when it was not built; it says what to do
     */
    static Checkout of(Path home, Path jdk) throws IOException {
        Path lib = home.resolve("server/target/dist/lib");
        if (!Files.isDirectory(lib)) {
            throw new IOException(
                    "there is no build in " + lib + "; run ./facteur --version once, which builds");
        }
        Matcher time = TIMESTAMP.matcher(Files.readString(home.resolve("pom.xml")));
        if (!time.find()) {
            throw new IOException("pom.xml says no project.build.outputTimestamp");
        }
        return new Checkout(home, jdk, version(lib), Instant.parse(time.group(1)));
    }

    private static String version(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            Path server =
                    jars.filter(jar -> jar.getFileName().toString().startsWith("server-"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("no server-*.jar in " + lib));
            try (JarFile jar = new JarFile(server.toFile())) {
                String version =
                        jar.getManifest().getMainAttributes().getValue("Implementation-Version");
                if (version == null) {
                    throw new IOException(server + " says no Implementation-Version");
                }
                return version;
            }
        }
    }

    Path dist() {
        return home.resolve("server/target/dist");
    }

    Path files() {
        return home.resolve("packaging/src/main/files");
    }

    /** As Debian compares them: a snapshot is older than its release. */
    String debianVersion(String revision) {
        return version.replace("-", "~") + "-" + revision;
    }

    /** As Debian calls it. */
    String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }

    /** As libraries call it in the names of their native parts. */
    List<String> nativeNames() {
        return architecture().equals("arm64")
                ? List.of("aarch64", "aarch_64")
                : List.of("x86_64", "amd64");
    }

    static boolean isNative(String name) {
        return name.toLowerCase(Locale.ROOT).matches(".*\\.(so|dll|dylib|jnilib|a)");
    }
}
