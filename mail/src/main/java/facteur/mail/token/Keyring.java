package facteur.mail.token;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The token keys that are alive: the newest seals, all unseal. A rotation lets the newest two live,
 * so links in mail already sent go on working; the second rotation after that makes them dead,
 * which is what one wants after a leak and never otherwise.
 */
public final class Keyring {
    /** Keys alive after a rotation. */
    public static final int LIVE = 2;

    private static final String HEADING =
            "# Token keys of facteur, newest first. Without them every link and unsubscribe address"
                    + " already sent is dead: keep them in the backup.";

    private final List<SealKey> newestFirst;

    private Keyring(List<SealKey> newestFirst) {
        this.newestFirst = List.copyOf(newestFirst);
    }

    /** What may be shown of a key. */
    public record KeyInfo(int id, Instant since, boolean seals) {}

    /** A ring with one new key. */
    public static Keyring create(Instant now, SecureRandom random) {
        return new Keyring(List.of(SealKey.random(0, now, random)));
    }

    /** A new key seals from now on; the one before it still unseals. */
    public Keyring rotate(Instant now, SecureRandom random) {
        int id = (current().id() + 1) % SealKey.IDS;
        return new Keyring(List.of(SealKey.random(id, now, random), current()));
    }

    /** Newest first. */
    public List<KeyInfo> keys() {
        return newestFirst.stream()
                .map(key -> new KeyInfo(key.id(), key.since(), key == current()))
                .toList();
    }

    SealKey current() {
        return newestFirst.getFirst();
    }

    Optional<SealKey> withId(int id) {
        for (SealKey key : newestFirst) {
            if (key.id() == id) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** A line each: id, date, secret in base 64. A reader of this file can forge tokens. */
    String text() {
        StringBuilder text = new StringBuilder(HEADING).append('\n');
        for (SealKey key : newestFirst) {
            text.append(key.id()).append(' ').append(key.since()).append(' ');
            text.append(Base64.getEncoder().encodeToString(key.secret())).append('\n');
        }
        return text.toString();
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException naming the line that could not be read; never its secret
     */
    static Keyring parse(String text) {
        List<SealKey> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && line.charAt(0) != '#') {
                keys.add(key(line, number));
            }
        }
        if (keys.isEmpty() || keys.size() > LIVE) {
            throw new IllegalArgumentException(
                    keys.size() + " token keys where 1 to " + LIVE + " are expected");
        }
        if (keys.stream().mapToInt(SealKey::id).distinct().count() < keys.size()) {
            throw new IllegalArgumentException("two token keys with the same id");
        }
        return new Keyring(keys);
    }

    private static SealKey key(String line, int number) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException(
                    "line "
                            + number
                            + ": expected id, date and key, found "
                            + words.length
                            + " words");
        }
        try {
            return new SealKey(
                    Integer.parseInt(words[0]),
                    Instant.parse(words[1]),
                    Base64.getDecoder().decode(words[2]));
        } catch (IllegalArgumentException | DateTimeException e) {
            // The cause may quote the secret, so only its kind goes on.
            throw new IllegalArgumentException(
                    "line " + number + ": not a token key (" + e.getClass().getSimpleName() + ")");
        }
    }
}
