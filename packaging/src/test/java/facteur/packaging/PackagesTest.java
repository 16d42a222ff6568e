package facteur.packaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** The package of this build, without its caches, looked at by Debian's tools. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackagesTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private Path directory = HOME;
    private Checkout checkout = new Checkout(HOME, HOME, "", Instant.EPOCH);
    private Path deb = HOME;
    private Tree tree = Tree.at(checkout, HOME);

    @BeforeAll
    void make(@TempDir Path temporary) throws IOException {
        directory = temporary;
        checkout = Checkout.of(HOME, Path.of(System.getProperty("java.home")));
        tree = Tree.layOut(checkout, directory.resolve("tree"), false);
        deb = DebPackage.write(checkout, tree, "7", directory);
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, Command.await(process), said);
        return said;
    }

    @Test
    void serve_has_no_class_of_the_laboratory_and_no_native_part_of_another_system()
            throws IOException {
        Path lib = tree.home().resolve("lib");
        List<String> foreign = new ArrayList<>();
        List<String> laboratory = new ArrayList<>();
        List<String> signed = new ArrayList<>();
        int natives = 0;
        for (String name : Files.readAllLines(tree.home().resolve("classpath"))) {
            try (ZipFile jar = new ZipFile(lib.resolve(name).toFile())) {
                for (var entry : jar.stream().toList()) {
                    String path = entry.getName();
                    if (Checkout.isNative(path)) {
                        natives++;
                        if (path.toLowerCase(Locale.ROOT)
                                .matches(".*(osx|darwin|macos|windows|bsd|sunos|aarch|\\.dll).*")) {
                            foreign.add(name + ": " + path);
                        }
                    }
                    if (path.startsWith("facteur/testkit")
                            || path.startsWith("facteur/server/demo")
                            || path.startsWith("facteur/server/laboratory")) {
                        laboratory.add(name + ": " + path);
                    }
                    if (path.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
                        signed.add(name + ": " + path);
                    }
                }
            }
        }
        assertEquals(List.of(), foreign);
        assertEquals(List.of(), laboratory);
        assertEquals(List.of(), signed);
        assertTrue(natives >= 5, "LMDB, BoringSSL, epoll, io_uring, jffi: " + natives);
        try (Stream<Path> apart = Files.list(lib.resolve("lab"))) {
            assertEquals(2, apart.count(), "the laboratory lies apart");
        }
    }

    @Test
    void the_class_path_names_every_jar_in_an_order_that_no_directory_decides() throws IOException {
        List<String> named = Files.readAllLines(tree.home().resolve("classpath"));
        List<String> commands = Files.readAllLines(tree.home().resolve("classpath.commands"));
        try (Stream<Path> jars = Files.list(tree.home().resolve("lib"))) {
            List<String> there =
                    jars.map(jar -> jar.getFileName().toString())
                            .filter(name -> name.endsWith(".jar"))
                            .toList();
            assertEquals(ClassPath.all(there), named);
            assertEquals(there.size(), named.size());
        }
        assertEquals(commands, named.subList(0, commands.size()), "the cache of commands fits");
        String sums = Files.readString(tree.home().resolve("lib.sha256"));
        named.forEach(name -> assertTrue(sums.contains("  lib/" + name + "\n"), name));
    }

    @Test
    void commands_find_all_they_need_on_their_class_path() throws IOException {
        String launcher = tree.root().resolve("usr/bin/facteur").toString();
        String _ = output(launcher, "__rehearse", directory.resolve("rehearsal").toString());
    }

    @Test
    void no_class_on_the_way_of_a_command_is_verified_at_each_start() throws IOException {
        int renewed = 0;
        for (String name : Files.readAllLines(tree.home().resolve("classpath.commands"))) {
            try (ZipFile jar = new ZipFile(tree.home().resolve("lib").resolve(name).toFile())) {
                for (var entry : jar.stream().toList()) {
                    byte[] octets = jar.getInputStream(entry).readAllBytes();
                    assertFalse(OldClasses.isOld(entry.getName(), octets), entry.getName());
                    renewed += name.startsWith(Jars.OF_JAVA_5) ? 1 : 0;
                }
            }
        }
        assertTrue(renewed > 200, "picocli is there: " + renewed);
    }

    @Test
    void the_runtime_has_no_compiler() throws IOException {
        Path runtime = tree.home().resolve("runtime");
        String modules = output(runtime.resolve("bin/java").toString(), "--list-modules");
        assertFalse(modules.contains("jdk.compiler"), modules);
        assertFalse(modules.contains("java.desktop"), modules);
        assertFalse(Files.exists(runtime.resolve("bin/javac")));
        assertTrue(modules.contains("java.net.http"), modules);
    }

    @Test
    void the_installed_command_says_the_version_of_the_build() throws IOException {
        String said = output(tree.root().resolve("usr/bin/facteur").toString(), "--version");
        assertTrue(said.startsWith("facteur " + checkout.version() + ", Java 25"), said);
    }

    @Test
    void the_unit_is_exposed_little_and_systemd_understands_it() throws IOException {
        Path unit = tree.root().resolve("usr/lib/systemd/system/facteur.service");
        String said =
                output(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--no-pager",
                        unit.toString());
        Matcher exposure =
                Pattern.compile("Overall exposure level for facteur.service: ([0-9.]+)")
                        .matcher(said);
        assertTrue(exposure.find(), said);
        assertTrue(Double.parseDouble(exposure.group(1)) <= 2.0, exposure.group());
        String text = Files.readString(unit);
        assertTrue(text.contains("\nType=notify\n"));
        assertTrue(text.contains("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"));
    }

    @Test
    void the_debian_package_holds_what_dpkg_expects() throws IOException {
        String contents = output("dpkg-deb", "-c", deb.toString());
        for (String path :
                List.of(
                        "-rwxr-xr-x root/root .* ./usr/bin/facteur\n",
                        "-rw-r--r-- root/root .* ./usr/lib/systemd/system/facteur.service\n",
                        "-rw-r--r-- root/root .* ./usr/lib/sysusers.d/facteur.conf\n",
                        "-rwxr-xr-x root/root .* ./usr/lib/facteur/runtime/bin/java\n",
                        "lrwxrwxrwx root/root .* ./usr/lib/facteur/sendmail -> ../../bin/facteur\n",
                        "-rw-r--r-- root/root .* ./usr/share/man/man1/facteur-queue.1.gz\n",
                        "-rw-r--r-- root/root .* ./usr/share/man/man5/facteur.yaml.5.gz\n",
                        "-rw-r--r-- root/root .* ./usr/share/bash-completion/completions/facteur\n",
                        "-rw-r--r-- root/root .* ./usr/share/zsh/vendor-completions/_facteur\n",
                        "-rw-r--r-- root/root .* ./usr/share/doc/facteur/sbom.json\n",
                        "-rw-r--r-- root/root .* ./usr/share/doc/facteur/runbooks/disk-low.md\n",
                        "-rw-r--r-- root/root .* ./usr/share/facteur/alerts/alerts-server.yaml\n",
                        "-rw-r--r-- root/root .*"
                                + " ./usr/share/facteur/grafana/facteur-overview.json\n",
                        "-rw-r--r-- root/root .* ./usr/share/facteur/fail2ban/facteur.local\n",
                        "-rw-r--r-- root/root .* ./etc/facteur/facteur.yaml\n")) {
            assertTrue(Pattern.compile(path).matcher(contents).find(), path);
        }
        assertEquals(
                checkout.version().replace("-", "~") + "-7",
                output("dpkg-deb", "-f", deb.toString(), "Version").strip());
        Path control = directory.resolve("control");
        String _ = output("dpkg-deb", "-e", deb.toString(), control.toString());
        assertEquals(
                "/etc/facteur/facteur.yaml\n/etc/facteur/jvm.options.d/README\n"
                        + "/etc/fail2ban/filter.d/facteur.conf\n",
                Files.readString(control.resolve("conffiles")));
        for (String script : List.of("postinst", "prerm", "postrm")) {
            String _ = output("sh", "-n", control.resolve(script).toString());
        }
        assertTrue(
                Files.readString(control.resolve("postrm")).contains("facteur/purge-data"),
                "a purge asks before mail goes");
    }

    @Test
    void what_is_installed_tells_of_sendmail_where_any_user_may_leave_mail() throws IOException {
        String settings = Files.readString(tree.root().resolve("etc/facteur/facteur.yaml"));
        assertTrue(settings.contains("\n  spool: " + Tree.SPOOL + " "), settings);
        String directories =
                Files.readString(tree.root().resolve("usr/lib/tmpfiles.d/facteur.conf"));
        assertTrue(directories.contains("d " + Tree.SPOOL + " 3733 facteur facteur"), directories);
        String unit =
                Files.readString(tree.root().resolve("usr/lib/systemd/system/facteur.service"));
        assertTrue(unit.contains("\nReadWritePaths=-" + Tree.SPOOL + "\n"), unit);
    }

    @Test
    void the_same_tree_gives_the_same_octets() throws IOException {
        assertArrayEquals(archive(), archive());
        Path one = directory.resolve("one.jar");
        Path other = directory.resolve("other.jar");
        Jars jars = new Jars(checkout.nativeNames(), checkout.time());
        Path jar = checkout.dist().resolve("lib/mail-" + checkout.version() + ".jar");
        jars.copy(jar, one);
        jars.copy(jar, other);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other));
    }

    private byte[] archive() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (OutputStream out = octets;
                Tar tar = new Tar(out, checkout.time())) {
            tar.tree(tree.root().resolve("usr/share"), "./");
        }
        return octets.toByteArray();
    }

    @Test
    void a_name_that_fits_no_archive_is_refused() throws IOException {
        Path deep = directory.resolve("deep");
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("x".repeat(101)), "");
        try (Tar tar = new Tar(new ByteArrayOutputStream(), checkout.time())) {
            assertThrows(IOException.class, () -> tar.tree(deep, "./"));
        }
    }

    @Test
    void the_list_of_materials_names_every_jar_with_licence_and_checksum() throws IOException {
        String sbom = Files.readString(tree.root().resolve("usr/share/doc/facteur/sbom.json"));
        assertTrue(sbom.startsWith("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\""), sbom);
        for (String name : Files.readAllLines(tree.home().resolve("classpath"))) {
            assertTrue(
                    sbom.contains(Digests.sha256(tree.home().resolve("lib").resolve(name))), name);
        }
        assertFalse(sbom.contains("\"licenses\":[]"), "a library without a licence");
    }
}
