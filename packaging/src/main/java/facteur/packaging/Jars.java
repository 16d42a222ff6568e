package facteur.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without what an installed server has no use for: native parts of other systems, and
 * signatures. A signed jar is verified class by class at each start, and its classes are left out
 * of the cache of the virtual machine; the package has its own checksums.
 */
final class Jars {
    private static final List<String> OTHER_SYSTEMS =
            List.of("osx", "windows", "macos", "darwin", "bsd", "sunos", "aix", "dragonfly");

    /** On the way of every command; other jars as old are hardly ever loaded. */
    static final String OF_JAVA_5 = "picocli-";

    private final List<String> architectures;
    private final Instant time;

    /**
     * @param architectures names of the one that the package is for
     * @param time of every entry
     */
    Jars(List<String> architectures, Instant time) {
        this.architectures = List.copyOf(architectures);
        this.time = time;
    }

    /** Copies the jars of a directory; those that are for other systems as a whole stay behind. */
    List<String> copyAll(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> jars;
        try (Stream<Path> files = Files.list(from)) {
            jars =
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .filter(file -> isOurs(file.getFileName().toString()))
                            .sorted()
                            .toList();
        }
        for (Path jar : jars) {
            copy(jar, to.resolve(jar.getFileName()));
        }
        return jars.stream().map(jar -> jar.getFileName().toString()).toList();
    }

    /**
     * Whether a jar, by its classifier, or a native file in one, by its path, is for this system.
     */
    boolean isOurs(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (OTHER_SYSTEMS.stream().anyMatch(lower::contains) || lower.contains("musl")) {
            return false;
        }
        return !lower.contains("linux") || architectures.stream().anyMatch(lower::contains);
    }

    private boolean isKept(String entry) {
        if (entry.endsWith("/")) {
            return false;
        }
        if (Checkout.isNative(entry)) {
            return entry.toLowerCase(Locale.ROOT).contains("linux")
                    ? isOurs(entry)
                    : OTHER_SYSTEMS.stream().noneMatch(entry.toLowerCase(Locale.ROOT)::contains)
                            && !entry.endsWith(".dll")
                            && !entry.endsWith(".jnilib");
        }
        return !entry.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }

    void copy(Path from, Path to) throws IOException {
        try (ZipFile jar = new ZipFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            TreeMap<String, ZipEntry> sorted = new TreeMap<>();
            jar.stream()
                    .filter(entry -> isKept(entry.getName()))
                    .forEach(entry -> sorted.put(entry.getName(), entry));
            // Readers of jars expect it first.
            ZipEntry manifest = sorted.remove(JarFile.MANIFEST_NAME);
            if (manifest != null) {
                put(out, JarFile.MANIFEST_NAME, withoutDigests(jar.getInputStream(manifest)));
            }
            OldClasses old = new OldClasses(jar);
            boolean renews = from.getFileName().toString().startsWith(OF_JAVA_5);
            for (ZipEntry entry : sorted.values()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] octets = in.readAllBytes();
                    put(
                            out,
                            entry.getName(),
                            renews && OldClasses.isOld(entry.getName(), octets)
                                    ? old.renewed(octets)
                                    : octets);
                }
            }
        }
    }

    private static byte[] withoutDigests(InputStream in) throws IOException {
        try (in) {
            Manifest manifest = new Manifest(in);
            for (Attributes section : manifest.getEntries().values()) {
                section.keySet().removeIf(name -> name.toString().endsWith("-Digest"));
            }
            manifest.getEntries().values().removeIf(Attributes::isEmpty);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            manifest.write(out);
            return out.toByteArray();
        }
    }

    private void put(ZipOutputStream out, String name, byte[] octets) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
        out.putNextEntry(entry);
        out.write(octets);
        out.closeEntry();
    }
}
