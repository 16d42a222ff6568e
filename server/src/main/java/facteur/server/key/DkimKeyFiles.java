package facteur.server.key;

import facteur.config.DkimSettings;
import facteur.mail.address.Domain;
import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * DKIM keys that were made here, a file each: {@code keys/dkim/<domain>/<selector>.pem} in the data
 * directory. A key signs once its record has been seen in the DNS, which a file {@code
 * <selector>.seen} beside it says with the date: a signature that nobody can verify is worse than
 * that of the key before. Of each domain and algorithm the key seen last signs.
 */
public final class DkimKeyFiles {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);
    private static final String PEM = ".pem";
    private static final String SEEN = ".seen";

    private final Path directory;

    /**
     * A key.
     *
     * @param seen when its record was first seen in the DNS
     */
    public record Entry(DkimKey key, Optional<Instant> seen) {}

    public DkimKeyFiles(Path dataDir) {
        this.directory = dataDir.resolve("keys").resolve("dkim");
    }

    /** Every key that was made here, by domain and selector. */
    public List<Entry> entries() throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        for (Path domain : sorted(directory)) {
            for (Path file : sorted(domain)) {
                if (file.toString().endsWith(PEM)) {
                    entries.add(entry(new Domain(String.valueOf(domain.getFileName())), file));
                }
            }
        }
        return entries;
    }

    private static List<Path> sorted(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static Entry entry(Domain domain, Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String selector = name.substring(0, name.length() - PEM.length());
        try {
            Path seen = file.resolveSibling(selector + SEEN);
            return new Entry(
                    DkimKey.of(domain, selector, Files.readString(file)),
                    Files.exists(seen)
                            ? Optional.of(Instant.parse(Files.readString(seen).strip()))
                            : Optional.empty());
        } catch (RuntimeException e) {
            throw new IOException("read the DKIM key " + file + ": " + e.getMessage(), e);
        }
    }

    /** The keys that sign, with those of the settings, which have the last word. */
    public List<DkimKey> signing(List<DkimSettings> configured) throws IOException {
        List<DkimKey> keys =
                new ArrayList<>(
                        configured.stream()
                                .map(
                                        key ->
                                                DkimKey.of(
                                                        key.domain(),
                                                        key.selector(),
                                                        key.key().value()))
                                .toList());
        record Kind(Domain domain, DkimAlgorithm algorithm) {}
        Set<Kind> taken = new HashSet<>();
        keys.forEach(key -> taken.add(new Kind(key.domain(), key.algorithm())));
        entries().stream()
                .filter(entry -> entry.seen().isPresent())
                .sorted(
                        Comparator.comparing((Entry entry) -> entry.seen().orElseThrow())
                                .reversed())
                .map(Entry::key)
                .filter(key -> taken.add(new Kind(key.domain(), key.algorithm())))
                .forEach(keys::add);
        return keys;
    }

    /**
     * Makes a key. It does not sign yet.
     *
     * @param selector empty for one with the date
     * @throws IOException when the selector is taken, or the directory cannot be written
     */
    public DkimKey create(
            Domain domain, Optional<String> selector, DkimAlgorithm algorithm, Instant now)
            throws IOException {
        Path home = PrivateFiles.directory(directory.resolve(domain.name()));
        String name = selector.orElseGet(() -> free(home, algorithm, now));
        String pem = DkimKey.generate(algorithm, new SecureRandom());
        DkimKey key = DkimKey.of(domain, name, pem);
        Path file = home.resolve(name + PEM);
        if (Files.exists(file)) {
            throw new IOException(
                    "there is a key under " + key.dnsName() + "; take another selector");
        }
        AtomicFile.replace(file, pem.getBytes(StandardCharsets.US_ASCII));
        return key;
    }

    private static String free(Path home, DkimAlgorithm algorithm, Instant now) {
        String stem = "f" + DAY.format(now) + algorithm.keyType().charAt(0);
        String name = stem;
        for (int i = 2; Files.exists(home.resolve(name + PEM)); i++) {
            name = stem + i;
        }
        return name;
    }

    /** The record of a key stands in the DNS: from the next reload on it signs. */
    public void seen(DkimKey key, Instant now) throws IOException {
        Path file = directory.resolve(key.domain().name()).resolve(key.selector() + SEEN);
        if (Files.notExists(file)) {
            Files.writeString(file, now + "\n");
        }
    }
}
