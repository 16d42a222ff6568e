package facteur.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** {@code ./facteur package deb|tar|oci}: makes packages and prints their files. */
public final class Main {
    private static final String USE =
            "usage: ./facteur package deb|tar|oci [deb|tar|oci ...] [--to DIR] [--revision N]"
                    + " [--without-caches]";

    /** What {@code ./facteur} asks for after a build. */
    private static final String PREPARE = "prepare";

    private Main() {}

    /** What was asked for. */
    private record Request(List<Kind> kinds, Path to, String revision, boolean caches) {
        static Optional<Request> of(String[] arguments, Path home) {
            Deque<String> words = new ArrayDeque<>(List.of(arguments));
            List<Kind> kinds = new ArrayList<>();
            Path to = home.resolve("packaging/target/packages");
            String revision = "1";
            boolean caches = true;
            while (!words.isEmpty()) {
                String word = words.pop();
                switch (word) {
                    case "deb" -> kinds.add(Kind.DEB);
                    case "tar" -> kinds.add(Kind.TAR);
                    case "oci" -> kinds.add(Kind.OCI);
                    case "--without-caches" -> caches = false;
                    case "--to", "--revision" -> {
                        if (words.isEmpty()) {
                            return Optional.empty();
                        }
                        if (word.equals("--to")) {
                            to = Path.of(words.pop()).toAbsolutePath();
                        } else {
                            revision = words.pop();
                        }
                    }
                    case String _ -> {
                        return Optional.empty();
                    }
                }
            }
            return kinds.isEmpty() || !revision.matches("[0-9]+")
                    ? Optional.empty()
                    : Optional.of(new Request(List.copyOf(kinds), to, revision, caches));
        }
    }

    private enum Kind {
        DEB,
        TAR,
        OCI
    }

    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty("facteur.home", ".")).toAbsolutePath().normalize();
        if (List.of(arguments).equals(List.of(PREPARE))) {
            end(() -> CheckoutCommands.prepare(home));
        }
        Optional<Request> request = Request.of(arguments, home);
        if (request.isEmpty()) {
            System.err.println(USE);
            System.exit(2);
        }
        end(
                () ->
                        make(
                                        Checkout.of(home, Path.of(System.getProperty("java.home"))),
                                        request.get())
                                .forEach(System.out::println));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void end(Work work) {
        try {
            work.run();
            System.exit(0);
        } catch (IOException e) {
            System.err.println("facteur package: " + e.getMessage());
            System.exit(1);
        }
    }

    private static List<Path> make(Checkout checkout, Request request) throws IOException {
        Files.createDirectories(request.to());
        Path work = request.to().resolve(".tree");
        Tree tree = Tree.layOut(checkout, work, request.caches());
        List<Path> made = new ArrayList<>();
        for (Kind kind : request.kinds()) {
            made.add(
                    switch (kind) {
                        case DEB ->
                                DebPackage.write(checkout, tree, request.revision(), request.to());
                        case TAR -> tar(checkout, tree, request.to());
                        case OCI -> OciImage.write(checkout, tree, request.to());
                    });
        }
        Tree.erase(work);
        return made;
    }

    static Path tar(Checkout checkout, Tree tree, Path to) throws IOException {
        String name = "facteur-" + checkout.version() + "-linux-" + checkout.architecture();
        Path archive = to.resolve(name + ".tar.gz");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(archive));
                Tar tar = new Tar(file, checkout.time())) {
            tar.directory(name + "/");
            tar.tree(tree.root(), name + "/");
        }
        return archive;
    }
}
