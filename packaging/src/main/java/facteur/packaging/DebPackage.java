package facteur.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** A Debian package (deb(5)): an ar archive of a version, control files and the tree. */
final class DebPackage {
    private static final String MAINTAINER = "Facteur <postmaster@localhost>";

    private DebPackage() {}

    static Path write(Checkout checkout, Tree tree, String revision, Path to) throws IOException {
        String version = checkout.debianVersion(revision);
        Path deb = to.resolve("facteur_" + version + "_" + checkout.architecture() + ".deb");
        Path data = to.resolve(".data.tar.gz");
        changelog(checkout, tree, version);
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(data));
                Tar tar = new Tar(file, checkout.time())) {
            tar.directory("./");
            tar.tree(tree.root(), "./");
        }
        try (OutputStream out = Files.newOutputStream(deb)) {
            out.write("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
            byte[] format = Tree.octets("2.0\n");
            member(out, "debian-binary", checkout.time(), format.length);
            out.write(format);
            byte[] control = control(checkout, tree, version);
            member(out, "control.tar.gz", checkout.time(), control.length);
            out.write(control);
            pad(out, control.length);
            member(out, "data.tar.gz", checkout.time(), Files.size(data));
            pad(out, Files.copy(data, out));
        }
        Files.delete(data);
        return deb;
    }

    private static void changelog(Checkout checkout, Tree tree, String version) throws IOException {
        Path file = tree.root().resolve("usr/share/doc/facteur/changelog.Debian.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(
                    Tree.octets(
                            "facteur ("
                                    + version
                                    + ") unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- "
                                    + MAINTAINER
                                    + "  "
                                    + DateTimeFormatter.RFC_1123_DATE_TIME
                                            .format(checkout.time().atOffset(ZoneOffset.UTC))
                                            .replace("GMT", "+0000")
                                    + "\n"));
        }
    }

    private static byte[] control(Checkout checkout, Tree tree, String version) throws IOException {
        Path scripts = checkout.home().resolve("packaging/src/main/debian");
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (OutputStream file = new GZIPOutputStream(octets);
                Tar tar = new Tar(file, checkout.time())) {
            tar.directory("./");
            tar.file("./conffiles", 0644, Tree.octets(conffiles(tree.root())));
            tar.file(
                    "./control",
                    0644,
                    Tree.octets(
                            """
                            Package: facteur
                            Version: %s
                            Architecture: %s
                            Maintainer: %s
                            Installed-Size: %d
                            Depends: libc6, zlib1g, adduser, debconf, ca-certificates
                            Recommends: systemd
                            Suggests: fail2ban, prometheus
                            Section: mail
                            Priority: optional
                            Description: mail transfer and tracking server
                             Applications hand it mail over SMTP; it puts every message on disk before
                             it says 250, delivers straight to the hosts of the recipients, rules every
                             answer, rewrites links, and shows what became of every message.
                            """
                                    .formatted(
                                            version,
                                            checkout.architecture(),
                                            MAINTAINER,
                                            tree.size())));
            tar.file("./md5sums", 0644, Tree.octets(sums(tree.root())));
            for (String script : List.of("postinst", "postrm", "prerm")) {
                tar.file("./" + script, 0755, Files.readAllBytes(scripts.resolve(script)));
            }
            tar.file("./templates", 0644, Files.readAllBytes(scripts.resolve("templates")));
        }
        return octets.toByteArray();
    }

    /** Everything below /etc: dpkg asks before it replaces what an operator has changed. */
    private static String conffiles(Path root) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.walk(root.resolve("etc"))) {
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .forEach(file -> lines.append('/').append(root.relativize(file)).append('\n'));
        }
        return lines.toString();
    }

    private static String sums(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files =
                    walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .filter(file -> !file.startsWith(root.resolve("etc")))
                            .sorted()
                            .toList();
        }
        StringBuilder lines = new StringBuilder();
        for (Path file : files) {
            lines.append(Digests.md5(file)).append("  ").append(root.relativize(file));
            lines.append('\n');
        }
        return lines.toString();
    }

    private static void member(OutputStream out, String name, Instant time, long size)
            throws IOException {
        out.write(
                String.format(
                                "%-16s%-12d%-6d%-6d%-8s%-10d`\n",
                                name, time.getEpochSecond(), 0, 0, "100644", size)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void pad(OutputStream out, long written) throws IOException {
        if (written % 2 == 1) {
            out.write('\n');
        }
    }
}
