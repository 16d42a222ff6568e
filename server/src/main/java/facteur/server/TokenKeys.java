package facteur.server;

import facteur.admin.control.KeyBook;
import facteur.mail.token.Keyring;
import facteur.mail.token.KeyringFile;
import facteur.mail.token.TokenSeal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The keys of tokens while the server runs: rotated on disk first, then in use. */
final class TokenKeys implements KeyBook {
    private final Path directory;
    private final InstantSource clock;
    private volatile Keyring ring;
    private volatile TokenSeal seal;

    TokenKeys(Path directory, Keyring ring, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
        this.ring = ring;
        this.seal = new TokenSeal(ring);
    }

    TokenSeal seal() {
        return seal;
    }

    @Override
    public List<Entry> entries() {
        return ring.keys().stream()
                .map(key -> new Entry(String.valueOf(key.id()), key.since(), key.seals()))
                .toList();
    }

    @Override
    public synchronized void rotate() throws IOException {
        Keyring next = ring.rotate(clock.instant(), new SecureRandom());
        KeyringFile.save(directory, next);
        ring = next;
        seal = new TokenSeal(next);
    }
}
