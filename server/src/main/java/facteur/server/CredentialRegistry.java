package facteur.server;

import facteur.admin.control.CredentialBook;
import facteur.config.AllowedCampaigns;
import facteur.config.CredentialLimits;
import facteur.config.CredentialSettings;
import facteur.config.password.PasswordVerifier;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.config.read.CredentialFile;
import facteur.mail.address.Domain;
import facteur.mta.submission.Credential;
import facteur.mta.submission.KnownCredentials;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Who may submit: the credentials of the settings, and those made while the server runs. What is
 * made is on disk before it is in use; what is taken away is out of use for the next message.
 */
final class CredentialRegistry implements CredentialBook, AutoCloseable {
    // One hash takes some 50 ms and 19 MiB.
    private static final int HASHING = 1;
    private static final int WAITING = 50;

    private static final String LOCAL = "local";
    private static final Credential ANY_LOCAL =
            new Credential(
                    LOCAL,
                    new AllowedCampaigns.Any(),
                    List.of(),
                    CredentialSettings.From.ENVELOPE,
                    Optional.empty(),
                    true,
                    List.of(),
                    CredentialLimits.NONE);

    private final CredentialFile file;
    private final InstantSource clock;
    private final Argon2id hash = new Argon2id();
    private final ThreadPoolExecutor hashing =
            new ThreadPoolExecutor(
                    HASHING,
                    HASHING,
                    30,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING),
                    Thread.ofPlatform().name("passwords-", 0).factory());
    private List<CredentialSettings> configured;
    private List<CredentialFile.Made> made;
    private volatile KnownCredentials known;

    /**
     * @throws IOException when the file of the made ones cannot be read
     */
    CredentialRegistry(
            List<CredentialSettings> configured, CredentialFile file, InstantSource clock)
            throws IOException {
        this.configured = List.copyOf(configured);
        this.file = file;
        this.clock = clock;
        this.made = file.read();
        this.hashing.allowCoreThreadTimeOut(true);
        this.known = join(Optional.empty());
    }

    /** Those in force. */
    KnownCredentials known() {
        return known;
    }

    /** Clients that need not log in submit as the first credential. */
    Optional<Credential> trusted() {
        CredentialSettings first;
        synchronized (this) {
            first = configured.getFirst();
        }
        return known.of(first.user());
    }

    /**
     * What mail of this machine's programs is handed in as: the credential of that name, if any.
     */
    Credential local() {
        return known.of(LOCAL).orElse(ANY_LOCAL);
    }

    /** Takes on what the settings say now. */
    synchronized void configure(List<CredentialSettings> settings) {
        configured = List.copyOf(settings);
        known = join(Optional.of(known));
    }

    private KnownCredentials join(Optional<KnownCredentials> before) {
        Map<String, CredentialSettings> byUser = new LinkedHashMap<>();
        made.forEach(each -> byUser.put(key(each.credential().user()), each.credential()));
        // The file of the operator has the last word.
        configured.forEach(each -> byUser.put(key(each.user()), each));
        return new KnownCredentials(List.copyOf(byUser.values()), hash, hashing, before);
    }

    private static String key(String user) {
        return user.toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        configured.forEach(each -> entries.add(entry(each, "file", Optional.empty())));
        made.forEach(
                each ->
                        entries.add(
                                entry(each.credential(), "admin", Optional.of(each.created()))));
        return entries;
    }

    private static Entry entry(
            CredentialSettings credential, String origin, Optional<java.time.Instant> created) {
        return new Entry(
                credential.user(),
                switch (credential.campaigns()) {
                    case AllowedCampaigns.Any _ -> "any";
                    case AllowedCampaigns.Only(Set<String> names) ->
                            String.join(", ", names.stream().sorted().toList());
                },
                credential.senderDomains().stream().map(Domain::name).toList(),
                origin,
                created);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public synchronized String create(String user, Map<String, Object> limits) throws IOException {
        if (entries().stream().anyMatch(entry -> entry.user().equalsIgnoreCase(user))) {
            throw new IOException(
                    "there is a credential " + user + "; rotate it, or take another name");
        }
        PasswordVerifier.Key.Made key = PasswordVerifier.Key.make(new SecureRandom());
        Map<String, Object> keys = new LinkedHashMap<>(limits);
        keys.put("user", user);
        keys.put("password", key.kept());
        List<CredentialFile.Made> next = new ArrayList<>(made);
        next.add(new CredentialFile.Made(CredentialFile.of(keys), clock.instant()));
        keep(next);
        return key.key();
    }

    @Override
    public synchronized String rotate(String user) throws IOException {
        CredentialFile.Made old = madeOf(user);
        PasswordVerifier.Key.Made key = PasswordVerifier.Key.make(new SecureRandom());
        List<CredentialFile.Made> next = new ArrayList<>(made);
        next.set(
                next.indexOf(old),
                new CredentialFile.Made(
                        old.credential().withPassword(new facteur.config.Secret(key.kept())),
                        clock.instant()));
        keep(next);
        return key.key();
    }

    @Override
    public synchronized void revoke(String user) throws IOException {
        List<CredentialFile.Made> next = new ArrayList<>(made);
        next.remove(madeOf(user));
        keep(next);
    }

    private CredentialFile.Made madeOf(String user) throws IOException {
        return made.stream()
                .filter(each -> each.credential().user().equalsIgnoreCase(user))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IOException(
                                        user
                                                + " was not made here; what stands in the settings"
                                                + " file is changed there"));
    }

    private void keep(List<CredentialFile.Made> next) throws IOException {
        file.write(next);
        made = List.copyOf(next);
        known = join(Optional.of(known));
    }

    @Override
    public void close() {
        hashing.shutdownNow();
    }
}
