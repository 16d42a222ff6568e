package facteur.packaging;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is installed, as it will lie below {@code /}. */
final class Tree {
    /** Of the runtime; without the compiler, and without what only desktops use. */
    static final List<String> MODULES =
            List.of(
                    "java.base",
                    "java.logging",
                    "java.management",
                    "java.naming",
                    "java.net.http",
                    "java.sql",
                    "java.xml",
                    "jdk.crypto.ec",
                    "jdk.jcmd",
                    "jdk.jfr",
                    "jdk.management",
                    "jdk.unsupported");

    /** Where any user may leave mail: made with its mode when the package is installed. */
    static final String SPOOL = "/var/spool/facteur";

    private final Checkout checkout;
    private final Path root;

    private Tree(Checkout checkout, Path root) {
        this.checkout = checkout;
        this.root = root;
    }

    /**
     * Lays it out.
     *
     * @param root a directory that is made anew
     * @param caches whether the caches of the virtual machine are made too, which takes a minute
     */
    static Tree layOut(Checkout checkout, Path root, boolean caches) throws IOException {
        erase(root);
        Tree tree = new Tree(checkout, root);
        tree.files();
        tree.libraries();
        tree.documents();
        tree.runtime();
        tree.manuals();
        tree.times();
        if (caches) {
            new Training(tree.home(), checkout.jdk()).run();
            tree.times();
        }
        return tree;
    }

    /** One that lies there already. */
    static Tree at(Checkout checkout, Path root) {
        return new Tree(checkout, root);
    }

    Path root() {
        return root;
    }

    Path home() {
        return root.resolve("usr/lib/facteur");
    }

    private void files() throws IOException {
        copyTree(checkout.files(), root);
        Files.createDirectories(root.resolve("etc/facteur"));
        Files.writeString(
                root.resolve("etc/facteur/facteur.yaml"),
                Files.readString(
                                checkout.home()
                                        .resolve(
                                                "config/src/main/resources/facteur/config/facteur.yaml"))
                        .replace("  # spool: spool      ", "  spool: " + SPOOL));
        Files.copy(checkout.home().resolve(".build/jvm.options"), home().resolve("jvm.options"));
    }

    private void libraries() throws IOException {
        Jars jars = new Jars(checkout.nativeNames(), checkout.time());
        Path lib = home().resolve("lib");
        List<String> names = jars.copyAll(checkout.dist().resolve("lib"), lib);
        List<String> laboratory =
                jars.copyAll(checkout.dist().resolve("lib/lab"), lib.resolve("lab"));
        // The order of a directory differs between machines; that of the cache must not.
        lines(home().resolve("classpath"), ClassPath.all(names));
        lines(home().resolve("classpath.commands"), ClassPath.ofCommands(names));
        StringBuilder sums = new StringBuilder();
        for (String name :
                Stream.concat(names.stream(), laboratory.stream().map("lab/"::concat)).toList()) {
            sums.append(Digests.sha256(lib.resolve(name))).append("  lib/").append(name);
            sums.append('\n');
        }
        Files.writeString(home().resolve("lib.sha256"), sums);
        Files.writeString(home().resolve("VERSION"), checkout.version() + "\n");
    }

    private static void lines(Path file, List<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private void documents() throws IOException {
        Path documents = Files.createDirectories(root.resolve("usr/share/doc/facteur"));
        for (String name : List.of("README.md", "SECURITY.md")) {
            Files.copy(checkout.home().resolve(name), documents.resolve(name));
        }
        Digests.gzip(checkout.home().resolve("CHANGELOG.md"), documents.resolve("changelog.gz"));
        Files.copy(
                checkout.home().resolve("packaging/src/main/debian/copyright"),
                documents.resolve("copyright"));
        try (Stream<Path> pages = Files.list(checkout.home().resolve("docs"))) {
            for (Path page : pages.filter(p -> p.toString().endsWith(".md")).sorted().toList()) {
                Files.copy(page, documents.resolve(page.getFileName()));
            }
        }
        copyTree(checkout.home().resolve("docs/runbooks"), documents.resolve("runbooks"));
        Path alerts = Files.createDirectories(root.resolve("usr/share/facteur/alerts"));
        Path shipped = checkout.home().resolve("config/src/main/resources/facteur/config");
        try (Stream<Path> rules = Files.list(shipped)) {
            for (Path file :
                    rules.filter(p -> p.getFileName().toString().startsWith("alerts-"))
                            .sorted()
                            .toList()) {
                Files.copy(file, alerts.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                documents.resolve("sbom.json"), new Sbom(checkout).of(home().resolve("lib")));
    }

    private void runtime() throws IOException {
        Path runtime = home().resolve("runtime");
        try {
            Command.run(
                    root,
                    List.of(
                            checkout.jdk().resolve("bin/jlink").toString(),
                            "--add-modules",
                            String.join(",", MODULES),
                            "--strip-debug",
                            "--no-header-files",
                            "--no-man-pages",
                            "--output",
                            runtime.toString()));
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage()
                            + "\nA JDK without jmods refuses when one of its files was changed"
                            + " (lib/security/cacerts that leads to the system's, say): name an"
                            + " untouched one with FACTEUR_JAVA_HOME",
                    e);
        }
        // Made by a run of java on the build machine, and only good for it.
        Files.deleteIfExists(runtime.resolve("lib/server/classes.jsa"));
        Files.deleteIfExists(runtime.resolve("lib/server/classes_nocoops.jsa"));
    }

    /** The manual and the completion of shells, written by the commands themselves. */
    private void manuals() throws IOException {
        Path made = root.resolve("usr/share/.made");
        Command.run(
                root,
                List.of(
                        home().resolve("runtime/bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        Training.classPath(home(), "classpath"),
                        "facteur.server.cli.Main",
                        "__documents",
                        made.toString(),
                        "--date",
                        DateTimeFormatter.ofPattern("MMMM d, uuuu", Locale.ENGLISH)
                                .format(checkout.time().atOffset(ZoneOffset.UTC))));
        List<Path> pages;
        try (Stream<Path> files = Files.walk(made)) {
            pages = files.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path page : pages) {
            Path target = root.resolve("usr/share").resolve(made.relativize(page));
            Files.createDirectories(target.getParent());
            if (page.startsWith(made.resolve("man"))) {
                Digests.gzip(page, target.resolveSibling(page.getFileName() + ".gz"));
            } else {
                Files.copy(page, target);
            }
        }
        erase(made);
    }

    /** The caches look at the times of jars, so they bear those of the package from the start. */
    private void times() throws IOException {
        FileTime time = FileTime.from(checkout.time());
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.collect(Collectors.toList());
        }
        for (Path path : all.reversed()) {
            if (Files.isSymbolicLink(path)) {
                continue;
            }
            boolean executable = Files.isDirectory(path) || Files.isExecutable(path);
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            Files.setLastModifiedTime(path, time);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.sorted().toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(
                            path,
                            target,
                            StandardCopyOption.COPY_ATTRIBUTES,
                            LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    static void erase(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** KiB, as a Debian package says what it takes. */
    long size() throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(path -> (path.toFile().length() + 1023) / 1024)
                    .sum();
        }
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
