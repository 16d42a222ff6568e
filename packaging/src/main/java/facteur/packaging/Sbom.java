package facteur.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is in the package, as CycloneDX 1.6 JSON: each jar with its coordinates, licence and
 * checksum, what the pages have of other people's scripts, and the runtime. Made from the jars
 * themselves rather than from what Maven would resolve, so that it names what is shipped.
 */
final class Sbom {
    private static final Pattern LICENCES = Pattern.compile("(?s)<licenses>(.*?)</licenses>");
    private static final Pattern NAME = Pattern.compile("(?s)<name>\\s*(.*?)\\s*</name>");
    private static final Pattern PARENT = Pattern.compile("(?s)<parent>(.*?)</parent>");
    private static final Pattern RUNTIME_VERSION =
            Pattern.compile("JAVA_RUNTIME_VERSION=\"([^\"]+)\"");
    private static final int ANCESTORS = 6;

    private final Checkout checkout;

    Sbom(Checkout checkout) {
        this.checkout = checkout;
    }

    /** Maven coordinates. */
    private record Coordinates(String group, String artifact, String version) {}

    String of(Path lib) throws IOException {
        TreeMap<String, Path> origins = new TreeMap<>();
        for (String path :
                Files.readString(checkout.home().resolve("server/target/runtime-classpath"))
                        .strip()
                        .split(":", -1)) {
            origins.put(Path.of(path).getFileName().toString(), Path.of(path));
        }
        List<String> components = new ArrayList<>();
        List<Path> jars;
        try (Stream<Path> walk = Files.walk(lib)) {
            jars = walk.filter(p -> p.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : jars) {
            components.add(
                    component(jar, Optional.ofNullable(origins.get(jar.getFileName().toString()))));
        }
        for (String script : List.of("htmx", "uPlot", "idiomorph")) {
            vendored(script).ifPresent(components::add);
        }
        components.add(
                "{\"type\":\"platform\",\"name\":\"OpenJDK\",\"version\":"
                        + quoted(runtimeVersion())
                        + ",\"licenses\":[{\"license\":{\"name\":"
                        + quoted("GPL-2.0 with Classpath Exception")
                        + "}}]}");
        return "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{"
                + "\"timestamp\":"
                + quoted(checkout.time().toString())
                + ",\"component\":{\"type\":\"application\",\"name\":\"facteur\",\"version\":"
                + quoted(checkout.version())
                + "}},\"components\":[\n"
                + String.join(",\n", components)
                + "\n]}\n";
    }

    private static String component(Path jar, Optional<Path> origin) throws IOException {
        String name = jar.getFileName().toString();
        String hash =
                "\"hashes\":[{\"alg\":\"SHA-256\",\"content\":"
                        + quoted(Digests.sha256(jar))
                        + "}]";
        Optional<Coordinates> known = origin.flatMap(Sbom::coordinates);
        if (origin.isEmpty() || known.isEmpty()) {
            return "{\"type\":\"library\",\"group\":\"facteur\",\"name\":"
                    + quoted(name.replaceFirst("\\.jar$", ""))
                    + ","
                    + hash
                    + "}";
        }
        Coordinates at = known.get();
        String purl = "pkg:maven/" + at.group() + "/" + at.artifact() + "@" + at.version();
        List<String> licences =
                licences(
                        origin.get().resolveSibling(at.artifact() + "-" + at.version() + ".pom"),
                        0);
        return "{\"type\":\"library\",\"bom-ref\":"
                + quoted(purl + "#" + name)
                + ",\"group\":"
                + quoted(at.group())
                + ",\"name\":"
                + quoted(at.artifact())
                + ",\"version\":"
                + quoted(at.version())
                + ",\"purl\":"
                + quoted(purl)
                + ","
                + hash
                + ",\"licenses\":["
                + String.join(
                        ",",
                        licences.stream()
                                .map(l -> "{\"license\":{\"name\":" + quoted(l) + "}}")
                                .toList())
                + "]}";
    }

    /** By the place in Maven's repository: group/artifact/version/file. */
    private static Optional<Coordinates> coordinates(Path jar) {
        Path absolute = jar.toAbsolutePath();
        int repository = -1;
        for (int i = 0; i < absolute.getNameCount(); i++) {
            if (absolute.getName(i).toString().equals("repository")) {
                repository = i;
            }
        }
        int names = absolute.getNameCount();
        if (repository < 0 || names - repository < 5) {
            return Optional.empty();
        }
        return Optional.of(
                new Coordinates(
                        absolute.subpath(repository + 1, names - 3).toString().replace('/', '.'),
                        absolute.getName(names - 3).toString(),
                        absolute.getName(names - 2).toString()));
    }

    private static List<String> licences(Path pom, int depth) throws IOException {
        if (Files.notExists(pom) || depth > ANCESTORS) {
            return List.of();
        }
        String text = Files.readString(pom);
        Matcher said = LICENCES.matcher(text);
        if (said.find()) {
            return NAME.matcher(said.group(1)).results().map(m -> m.group(1)).toList();
        }
        Matcher parent = PARENT.matcher(text);
        if (!parent.find()) {
            return List.of();
        }
        String group = tag(parent.group(1), "groupId");
        String artifact = tag(parent.group(1), "artifactId");
        String version = tag(parent.group(1), "version");
        Path repository = pom.toAbsolutePath();
        while (!repository.getFileName().toString().equals("repository")) {
            Path above = repository.getParent();
            if (above == null || above.getFileName() == null) {
                return List.of();
            }
            repository = above;
        }
        return licences(
                repository.resolve(
                        group.replace('.', '/')
                                + "/"
                                + artifact
                                + "/"
                                + version
                                + "/"
                                + artifact
                                + "-"
                                + version
                                + ".pom"),
                depth + 1);
    }

    private static String tag(String xml, String name) {
        Matcher found = Pattern.compile("<" + name + ">\\s*(.*?)\\s*</" + name + ">").matcher(xml);
        return found.find() ? found.group(1) : "";
    }

    /** A script in the pages, with the version that stands at its head or in its name. */
    private Optional<String> vendored(String name) throws IOException {
        Path pages = checkout.home().resolve("admin/src/main/resources");
        List<Path> found;
        try (Stream<Path> walk = Files.walk(pages)) {
            found =
                    walk.filter(
                                    file ->
                                            file.getFileName()
                                                    .toString()
                                                    .matches("(?i)" + name + "[-.0-9a-z]*\\.m?js"))
                            .sorted()
                            .toList();
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Path script = found.getFirst();
        Matcher version =
                Pattern.compile("(\\d+\\.\\d+\\.\\d+)")
                        .matcher(script.getFileName() + " " + Files.readString(script));
        return Optional.of(
                "{\"type\":\"library\",\"name\":"
                        + quoted(name)
                        + ",\"version\":"
                        + quoted(version.find() ? version.group(1) : "unknown")
                        + ",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":"
                        + quoted(Digests.sha256(script))
                        + "}]}");
    }

    private String runtimeVersion() throws IOException {
        Matcher version =
                RUNTIME_VERSION.matcher(Files.readString(checkout.jdk().resolve("release")));
        return version.find() ? version.group(1) : "unknown";
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                json.append('\\').append((char) c);
                            } else if (c < ' ') {
                                json.append(String.format("\\u%04x", c));
                            } else {
                                json.append((char) c);
                            }
                        });
        return json.append('"').toString();
    }
}
