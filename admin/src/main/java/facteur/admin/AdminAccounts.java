package facteur.admin;

import facteur.admin.access.AccessBook;
import facteur.admin.access.RandomSecrets;
import facteur.config.Settings;
import facteur.config.password.bouncycastle.Argon2id;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The first account. */
public final class AdminAccounts {
    /** Its name. */
    public static final String FIRST = "admin";

    private AdminAccounts() {}

    /** Where accounts, keys, the audit log and the token of the command line are kept. */
    static Path directory(Path dataDir) {
        return dataDir.resolve("admin");
    }

    /** The file whose content the command line sends as a bearer token. */
    public static Path commandLineToken(Path dataDir) {
        return directory(dataDir).resolve("cli-token");
    }

    /**
     * Looks at the accounts, and changes nothing.
     *
     * @throws IOException in words when there is a file of them that cannot be read
     */
    public static void requireReadable(Path dataDir) throws IOException {
        AccessBook.requireReadable(directory(dataDir));
    }

    static AccessBook open(Path dataDir) throws IOException {
        return AccessBook.open(directory(dataDir), new Argon2id());
    }

    /**
     * Makes the account {@code admin} when there is none at all.
     *
     * @return the password to print once; empty when the settings gave one, or accounts exist
     * @throws IOException when it cannot be kept
     */
    public static Optional<String> createFirst(Settings settings, Instant now) throws IOException {
        AccessBook book = open(settings.dataDir());
        if (!book.accounts().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> given = settings.admin().initialPassword().map(secret -> secret.value());
        String password = given.orElseGet(RandomSecrets::password);
        book.addFirst(FIRST, password, now);
        return given.isPresent() ? Optional.empty() : Optional.of(password);
    }
}
