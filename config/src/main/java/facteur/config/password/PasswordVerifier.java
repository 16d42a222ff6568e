package facteur.config.password;

import facteur.config.Secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What is kept of a password. */
public sealed interface PasswordVerifier {
    boolean matches(String offered);

    /** Whether comparing takes so long that no event loop should do it. */
    boolean isSlow();

    /**
     * Whether the password was right lately, found out without the slow comparison; only where
     * {@link #isSlow} comparing is.
     */
    default boolean isRecent(String offered) {
        return false;
    }

    /** What SCRAM needs; empty where only a one-way hash is kept. */
    Optional<ScramKeys> scram();

    /** The verifier for a secret as it stands in a file: in clear, or in one of the text forms. */
    static PasswordVerifier of(Secret secret, PasswordHash slow) {
        String text = secret.value();
        if (text.startsWith("$argon2id$")) {
            return new Hashed(text, slow);
        }
        return Key.parse(text).<PasswordVerifier>map(key -> key).orElseGet(() -> new Clear(secret));
    }

    /** The password itself, from a settings file. */
    final class Clear implements PasswordVerifier {
        private final Secret secret;
        private final ScramKeys scram;

        Clear(Secret secret) {
            byte[] salt = new byte[16];
            new SecureRandom().nextBytes(salt);
            this.secret = secret;
            this.scram = ScramKeys.derive(secret.value(), salt, ScramKeys.ITERATIONS);
        }

        @Override
        public boolean matches(String offered) {
            return secret.matches(offered);
        }

        @Override
        public boolean isSlow() {
            return false;
        }

        @Override
        public Optional<ScramKeys> scram() {
            return Optional.of(scram);
        }
    }

    /**
     * The slow hash of a password that a person chose. Applications log in once a connection: the
     * password that was right last is known again by a keyed digest, which lives in memory only.
     */
    final class Hashed implements PasswordVerifier {
        private final String hash;
        private final PasswordHash slow;
        private final byte[] key = new byte[32];
        private final AtomicReference<byte[]> lastRight = new AtomicReference<>(new byte[0]);

        Hashed(String hash, PasswordHash slow) {
            this.hash = hash;
            this.slow = slow;
            new SecureRandom().nextBytes(key);
        }

        @Override
        public boolean matches(String offered) {
            if (isRecent(offered)) {
                return true;
            }
            boolean right = slow.matches(offered, hash);
            if (right) {
                lastRight.set(ScramKeys.hmac(key, offered));
            }
            return right;
        }

        @Override
        public boolean isRecent(String offered) {
            return MessageDigest.isEqual(ScramKeys.hmac(key, offered), lastRight.get());
        }

        @Override
        public boolean isSlow() {
            return true;
        }

        @Override
        public Optional<ScramKeys> scram() {
            return Optional.empty();
        }
    }

    /**
     * The SHA-256 of a key that was made here by chance: 192 bits cannot be guessed, however fast
     * guesses are compared.
     */
    final class Key implements PasswordVerifier {
        private static final String FORM = "$key$";
        private static final Base64.Encoder TO = Base64.getEncoder().withoutPadding();
        private static final int OCTETS = 24;

        private final byte[] digest;
        private final ScramKeys scram;

        private Key(byte[] digest, ScramKeys scram) {
            this.digest = digest;
            this.scram = scram;
        }

        /** A new key, and the text to keep of it. */
        public record Made(String key, String kept) {
            @Override
            public String toString() {
                return "Made[" + kept + "]";
            }
        }

        public static Made make(SecureRandom random) {
            byte[] octets = new byte[OCTETS];
            random.nextBytes(octets);
            String key = "fk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
            byte[] salt = new byte[16];
            random.nextBytes(salt);
            ScramKeys scram = ScramKeys.derive(key, salt, ScramKeys.ITERATIONS);
            String kept =
                    FORM
                            + String.join(
                                    "$",
                                    TO.encodeToString(sha256(key)),
                                    String.valueOf(scram.iterations()),
                                    TO.encodeToString(scram.salt()),
                                    TO.encodeToString(scram.storedKey()),
                                    TO.encodeToString(scram.serverKey()));
            return new Made(key, kept);
        }

        static Optional<Key> parse(String text) {
            String[] parts = text.startsWith(FORM) ? text.split("\\$", -1) : new String[0];
            if (parts.length != 7 || !parts[3].matches("[0-9]{4,6}")) {
                return Optional.empty();
            }
            try {
                Base64.Decoder from = Base64.getDecoder();
                return Optional.of(
                        new Key(
                                from.decode(parts[2]),
                                new ScramKeys(
                                        from.decode(parts[4]),
                                        Integer.parseInt(parts[3]),
                                        from.decode(parts[5]),
                                        from.decode(parts[6]))));
            } catch (IllegalArgumentException _) {
                return Optional.empty(); // not of this form, so it is a password in clear
            }
        }

        private static byte[] sha256(String key) {
            return ScramKeys.sha256(key.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean matches(String offered) {
            return MessageDigest.isEqual(sha256(offered), digest);
        }

        @Override
        public boolean isSlow() {
            return false;
        }

        @Override
        public Optional<ScramKeys> scram() {
            return Optional.of(scram);
        }
    }
}
