package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

class KeyringFileTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir Path directory;

    private final Keyring ring = Keyring.create(NOW, new SecureRandom());

    @Test
    void a_saved_ring_opens_what_the_first_one_sealed() throws IOException {
        assertEquals(Optional.empty(), KeyringFile.load(directory));
        Keyring rotated = ring.rotate(NOW.plusSeconds(60), new SecureRandom());
        KeyringFile.save(directory, ring);
        KeyringFile.save(directory, rotated);
        Keyring loaded = KeyringFile.load(directory).orElseThrow();
        assertEquals(rotated.keys(), loaded.keys());
        Token token = new Token.AnonymousOpen(new MailId(7));
        String text = new TokenSeal(ring).seal(token);
        assertEquals(Optional.of(token), new TokenSeal(loaded).unseal(text));
    }

    @Test
    void the_first_start_makes_a_ring_and_the_next_finds_it() throws IOException {
        Keyring first = KeyringFile.loadOrCreate(directory, NOW, new SecureRandom());
        Keyring next = KeyringFile.loadOrCreate(directory, NOW.plusSeconds(1), new SecureRandom());
        String text = new TokenSeal(first).seal(new Token.AnonymousOpen(new MailId(7)));
        assertTrue(new TokenSeal(next).unseal(text).isPresent());
    }

    @Test
    void only_the_owner_may_read_the_file() throws IOException {
        KeyringFile.save(directory, ring);
        Path file = directory.resolve(KeyringFile.NAME);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        IOException refused = assertThrows(IOException.class, () -> KeyringFile.load(directory));
        assertTrue(String.valueOf(refused.getMessage()).contains("chmod 600"), refused.toString());
    }

    @Test
    void a_damaged_file_is_named_and_its_secrets_are_not() throws IOException {
        KeyringFile.save(directory, ring);
        Path file = directory.resolve(KeyringFile.NAME);
        String secret = Files.readAllLines(file).get(1).split(" ", -1)[2];
        Files.writeString(file, "0 yesterday " + secret);
        IOException refused = assertThrows(IOException.class, () -> KeyringFile.load(directory));
        assertTrue(String.valueOf(refused.getMessage()).contains("line 1"), refused.toString());
        for (@Nullable Throwable e = refused; e != null; e = e.getCause()) {
            assertFalse(String.valueOf(e.getMessage()).contains(secret.substring(0, 20)));
        }
    }

    @Test
    void a_file_without_keys_is_refused() throws IOException {
        KeyringFile.save(directory, ring);
        Files.writeString(directory.resolve(KeyringFile.NAME), "# nothing\n");
        assertThrows(IOException.class, () -> KeyringFile.load(directory));
    }
}
