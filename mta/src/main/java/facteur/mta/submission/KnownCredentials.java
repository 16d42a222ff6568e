package facteur.mta.submission;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.password.PasswordHash;
import facteur.config.password.PasswordVerifier;
import facteur.config.password.ScramKeys;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;

/**
 * An unchanging set of credentials. User names are compared without case.
 *
 * <p>What an unknown user is compared with is as slow as the slowest that is known.
 */
public final class KnownCredentials implements Credentials {
    private static final byte[] NO_KEY = new byte[32];

    private final Map<String, Entry> byUser;
    private final PasswordVerifier nobody;
    private final Executor slowly;
    private final byte[] nobodysSalt = new byte[32];

    private record Entry(Credential credential, Secret kept, PasswordVerifier password) {}

    /**
     * @param slowly where passwords of which only a slow hash is kept are compared; it may refuse
     */
    public KnownCredentials(
            List<CredentialSettings> credentials, PasswordHash hash, Executor slowly) {
        this(credentials, hash, slowly, Optional.empty());
    }

    /**
     * @param before those in force until now: who has the same password as before, and logged in
     *     lately, is recognised as before
     */
    public KnownCredentials(
            List<CredentialSettings> credentials,
            PasswordHash hash,
            Executor slowly,
            Optional<KnownCredentials> before) {
        this.byUser =
                credentials.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        c -> c.user().toLowerCase(Locale.ROOT),
                                        c ->
                                                new Entry(
                                                        Credential.of(c),
                                                        c.password(),
                                                        verifier(c, hash, before))));
        this.slowly = slowly;
        SecureRandom random = new SecureRandom();
        random.nextBytes(nobodysSalt);
        boolean slow = byUser.values().stream().anyMatch(entry -> entry.password().isSlow());
        String unguessable = PasswordVerifier.Key.make(random).key();
        this.nobody =
                PasswordVerifier.of(new Secret(slow ? hash.hash(unguessable) : unguessable), hash);
    }

    private static PasswordVerifier verifier(
            CredentialSettings credential, PasswordHash hash, Optional<KnownCredentials> before) {
        return before.flatMap(known -> known.entry(credential.user()))
                .filter(entry -> entry.kept().matches(credential.password().value()))
                .map(Entry::password)
                .orElseGet(() -> PasswordVerifier.of(credential.password(), hash));
    }

    private Optional<Entry> entry(String user) {
        return Optional.ofNullable(byUser.get(user.toLowerCase(Locale.ROOT)));
    }

    @Override
    public CompletableFuture<Optional<Credential>> authenticate(
            String user, String password, InetAddress client) {
        Optional<Entry> known = entry(user);
        PasswordVerifier verifier = known.map(Entry::password).orElse(nobody);
        // Who logged in lately does not queue behind those who guess.
        if (!verifier.isSlow() || verifier.isRecent(password)) {
            return CompletableFuture.completedFuture(judged(known, verifier, password, client));
        }
        try {
            return CompletableFuture.supplyAsync(
                    () -> judged(known, verifier, password, client), slowly);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Optional<Credential> judged(
            Optional<Entry> known, PasswordVerifier verifier, String password, InetAddress client) {
        boolean matches = verifier.matches(password);
        return known.filter(_ -> matches)
                .map(Entry::credential)
                .filter(credential -> credential.mayConnectFrom(client));
    }

    @Override
    public boolean offerScram() {
        return byUser.values().stream().allMatch(entry -> entry.password().scram().isPresent());
    }

    @Override
    public ScramKeys scramKeys(String user) {
        return entry(user)
                .flatMap(entry -> entry.password().scram())
                .orElseGet(() -> keysOfNobody(user));
    }

    /**
     * The salt must be the same each time it is asked for, or it would show that the user does not
     * exist.
     */
    private ScramKeys keysOfNobody(String user) {
        byte[] salt = ScramKeys.hmac(nobodysSalt, user.toLowerCase(Locale.ROOT));
        return new ScramKeys(Arrays.copyOf(salt, 16), ScramKeys.ITERATIONS, NO_KEY, NO_KEY);
    }

    @Override
    public Optional<Credential> proven(String user, InetAddress client) {
        return entry(user)
                .map(Entry::credential)
                .filter(credential -> credential.mayConnectFrom(client));
    }

    /** The credential of a user, without asking for a password. */
    public Optional<Credential> of(String user) {
        return entry(user).map(Entry::credential);
    }
}
