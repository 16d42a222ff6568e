package facteur.mail.token;

import facteur.mail.file.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The keyring on disk: one small file that only its owner may read. It is replaced whole: written
 * beside, synced, renamed, and the directory synced, so a crash leaves the old or the new ring.
 */
public final class KeyringFile {
    public static final String NAME = "token-keys";

    private static final long MAX_OCTETS = 64 * 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private KeyringFile() {}

    /**
     * The ring of {@code directory}, empty when it has none yet.
     *
     * @throws IOException when the file cannot be read, is open to others, or is not a keyring
     */
    public static Optional<Keyring> load(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        checkOwnerOnly(file);
        if (Files.size(file) > MAX_OCTETS) {
            throw new IOException(file + " has " + Files.size(file) + " octets, not a keyring");
        }
        try {
            return Optional.of(Keyring.parse(Files.readString(file)));
        } catch (IllegalArgumentException e) {
            throw new IOException("read the token keys in " + file + ": " + e.getMessage(), e);
        }
    }

    /** The ring of {@code directory}; at the first start a new one, which is on disk on return. */
    public static Keyring loadOrCreate(Path directory, Instant now, SecureRandom random)
            throws IOException {
        Optional<Keyring> found = load(directory);
        if (found.isPresent()) {
            return found.get();
        }
        Keyring created = Keyring.create(now, random);
        save(directory, created);
        return created;
    }

    /** Replaces the ring of {@code directory}; on return it is on disk. */
    public static void save(Path directory, Keyring keyring) throws IOException {
        AtomicFile.replace(
                directory.resolve(NAME), keyring.text().getBytes(StandardCharsets.US_ASCII));
    }

    private static void checkOwnerOnly(Path file) throws IOException {
        EnumSet<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
        open.addAll(Files.getPosixFilePermissions(file));
        open.removeAll(OWNER_ONLY);
        if (!open.isEmpty()) {
            throw new IOException(
                    file + " may be read or changed by others (" + open + "): chmod 600 it");
        }
    }
}
