package facteur.admin.access;

import facteur.admin.jackson.Json;
import facteur.config.password.PasswordHash;
import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;
import facteur.mail.text.Escaped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Accounts and API keys, kept in one file. Few and seldom changed: each change writes the whole
 * file.
 */
public final class AccessBook {
    private static final int MAX_ENTRIES = 1000;
    private static final int MIN_PASSWORD = 10;
    private static final int MAX_PASSWORD = 200;

    private final Path file;
    private final PasswordHash hash;
    private final String nobody;
    private Content content;

    /** A person who may log in. */
    public record Account(String name, String passwordHash, Role role, Instant created) {}

    /** How long a key is valid by default. */
    public static final Duration KEY_LIFE = Duration.ofDays(365);

    /** The longest that may be asked for. */
    public static final Duration LONGEST_KEY_LIFE = Duration.ofDays(5 * 365);

    /** How exactly is known when a key was last used: a write of the file each time. */
    private static final Duration USE_NOTED = Duration.ofDays(1);

    /**
     * A key with which programs ask.
     *
     * @param id shown in lists
     * @param digest of the key, which is shown once
     * @param by who made it
     * @param account whose key it is: without that account, or with fewer rights than the key's, it
     *     opens nothing; empty: that of the owner of the data directory
     * @param expires from then on it opens nothing
     * @param used on which day it was used last
     */
    public record ApiKey(
            String id,
            String name,
            String digest,
            Role scope,
            Instant created,
            String by,
            Optional<String> account,
            Optional<Instant> expires,
            Optional<Instant> used) {
        public Instant expiry() {
            return expires.orElseGet(() -> created.plus(KEY_LIFE));
        }

        public boolean isExpired(Instant now) {
            return !expiry().isAfter(now);
        }

        private ApiKey usedAt(Instant at) {
            return new ApiKey(
                    id, name, digest, scope, created, by, account, expires, Optional.of(at));
        }
    }

    /**
     * Who makes a key.
     *
     * @param name for lists
     * @param account that the key is tied to; empty: the owner of the data directory
     */
    public record Maker(String name, Optional<String> account) {}

    /** A key just made, to be shown once. */
    public record NewKey(ApiKey entry, String token) {}

    record Content(List<Account> accounts, List<ApiKey> keys) {
        Content {
            accounts = List.copyOf(accounts);
            keys = List.copyOf(keys);
        }
    }

    /** What was asked for cannot be; the message key says why. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String key) {
            super(key);
        }

        public String key() {
            return String.valueOf(getMessage());
        }
    }

    private AccessBook(Path file, PasswordHash hash, Content content) {
        this.file = file;
        this.hash = hash;
        this.content = content;
        this.nobody = hash.hash(RandomSecrets.password());
    }

    /** Opens the book below {@code directory}, which is made if there is none. */
    public static AccessBook open(Path directory, PasswordHash hash) throws IOException {
        Path file = file(PrivateFiles.directory(directory));
        return new AccessBook(file, hash, content(file));
    }

    /**
     * Reads the book below {@code directory}, and makes nothing.
     *
     * @throws IOException when there is one that cannot be read
     */
    public static void requireReadable(Path directory) throws IOException {
        content(file(directory));
    }

    private static Path file(Path directory) {
        return directory.resolve("accounts.json");
    }

    private static Content content(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Content(List.of(), List.of());
        }
        byte[] octets = Files.readAllBytes(file);
        try {
            return Json.read(octets, Content.class);
        } catch (IOException e) {
            throw new IOException(
                    "read the accounts in "
                            + file
                            + ": "
                            + e.getMessage()
                            + "; put back the file of a backup, or remove it and start again, which"
                            + " makes the account admin anew",
                    e);
        }
    }

    public synchronized List<Account> accounts() {
        return content.accounts();
    }

    public synchronized List<ApiKey> keys() {
        return content.keys();
    }

    public Optional<Account> account(String name) {
        return accounts().stream().filter(account -> account.name().equals(name)).findFirst();
    }

    /** The account, when the password is right. Takes the same time for an unknown name. */
    public Optional<Account> authenticate(String name, String password) {
        Optional<Account> known = account(name);
        String expected = known.map(Account::passwordHash).orElse(nobody);
        boolean right = password.length() <= MAX_PASSWORD && hash.matches(password, expected);
        return right ? known : Optional.empty();
    }

    /** The key with this token, when it is good for anything now. */
    public Optional<ApiKey> key(String token, Instant now) {
        String digest = RandomSecrets.digest(token);
        return keys().stream()
                .filter(key -> RandomSecrets.equal(key.digest(), digest))
                .findFirst()
                .filter(key -> !key.isExpired(now))
                .filter(this::isBacked);
    }

    /** Whether the account that the key is tied to may itself do what the key is good for. */
    public boolean isBacked(ApiKey key) {
        return key.account().isEmpty()
                || account(key.account().get())
                        .filter(account -> account.role().covers(key.scope()))
                        .isPresent();
    }

    /**
     * Notes that a key was used; writes once a day at most.
     *
     * @throws IOException when it cannot be written
     */
    public void used(ApiKey key, Instant now) throws IOException {
        if (key.used().filter(last -> last.plus(USE_NOTED).isAfter(now)).isPresent()) {
            return;
        }
        change(
                c ->
                        new Content(
                                c.accounts(),
                                c.keys().stream()
                                        .map(k -> k.id().equals(key.id()) ? k.usedAt(now) : k)
                                        .toList()));
    }

    /**
     * @throws Refused when the name is taken or not one, or the password too short
     */
    public void add(String name, String password, Role role, Instant now)
            throws IOException, Refused {
        if (!isName(name)) {
            throw new Refused("access.bad_name");
        }
        if (account(name).isPresent()) {
            throw new Refused("access.name_taken");
        }
        Account made = new Account(name, hashOf(password), role, now);
        change(c -> new Content(with(c.accounts(), made), c.keys()));
    }

    /** Makes the first account with a password that the operator chose, whatever its length. */
    public void addFirst(String name, String password, Instant now) throws IOException {
        Account made = new Account(name, hash.hash(password), Role.ADMIN, now);
        change(c -> new Content(with(c.accounts(), made), c.keys()));
    }

    public void changePassword(String name, String password) throws IOException, Refused {
        String fresh = hashOf(password);
        change(
                c ->
                        new Content(
                                c.accounts().stream()
                                        .map(
                                                a ->
                                                        a.name().equals(name)
                                                                ? new Account(
                                                                        name,
                                                                        fresh,
                                                                        a.role(),
                                                                        a.created())
                                                                : a)
                                        .toList(),
                                c.keys()));
    }

    /**
     * Removes an account with the keys that are tied to it.
     *
     * @throws Refused when no account with all rights would be left
     */
    public void remove(String name) throws IOException, Refused {
        List<Account> left =
                accounts().stream().filter(account -> !account.name().equals(name)).toList();
        if (left.stream().noneMatch(account -> account.role() == Role.ADMIN)) {
            throw new Refused("access.last_admin");
        }
        change(
                c ->
                        new Content(
                                left,
                                c.keys().stream()
                                        .filter(key -> !key.account().equals(Optional.of(name)))
                                        .toList()));
    }

    /**
     * Makes a key; its token is not kept and cannot be shown again.
     *
     * @param life how long it is good for
     */
    public NewKey addKey(String name, Role scope, Maker by, Duration life, Instant now)
            throws IOException, Refused {
        if (!life.isPositive() || life.compareTo(LONGEST_KEY_LIFE) > 0) {
            throw new Refused("access.bad_life");
        }
        boolean seen = name.codePoints().noneMatch(Escaped::acts);
        if (name.isBlank() || name.length() > 100 || !seen) {
            throw new Refused("access.bad_key_name");
        }
        if (keys().size() >= MAX_ENTRIES) {
            throw new Refused("access.too_many_keys");
        }
        String token = "fct_" + RandomSecrets.token();
        ApiKey entry =
                new ApiKey(
                        token.substring(0, 10),
                        name,
                        RandomSecrets.digest(token),
                        scope,
                        now,
                        by.name(),
                        by.account(),
                        Optional.of(now.plus(life)),
                        Optional.empty());
        change(c -> new Content(c.accounts(), with(c.keys(), entry)));
        return new NewKey(entry, token);
    }

    public void removeKey(String id) throws IOException {
        change(
                c ->
                        new Content(
                                c.accounts(),
                                c.keys().stream().filter(key -> !key.id().equals(id)).toList()));
    }

    private String hashOf(String password) throws Refused {
        if (password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD) {
            throw new Refused("access.bad_password");
        }
        return hash.hash(password);
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 64
                && name.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= '0' && c <= '9')
                                                || "._@-".indexOf(c) >= 0);
    }

    private synchronized void change(UnaryOperator<Content> change) throws IOException {
        Content changed = change.apply(content);
        AtomicFile.replace(file, Json.write(changed));
        content = changed;
    }

    private static <T> List<T> with(List<T> list, T added) {
        List<T> more = new ArrayList<>(list);
        more.add(added);
        return more;
    }
}
