package facteur.config.password.bouncycastle;

import facteur.config.password.PasswordHash;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Argon2id (RFC 9106) in the usual text form: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. */
public final class Argon2id implements PasswordHash {
    // OWASP's smallest recommended: about 50 ms, and two at a time take 38 MiB.
    private static final Cost DEFAULT = new Cost(19_456, 2, 1);
    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;
    // Our own file; the bounds keep an edited line from taking all memory.
    private static final Pattern TEXT =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9])"
                            + "\\$([A-Za-z0-9+/]{1,100})\\$([A-Za-z0-9+/]{1,100})");

    private final SecureRandom random = new SecureRandom();

    private record Cost(int kibibytes, int passes, int lanes) {}

    private record Stored(Cost cost, byte[] salt, byte[] hash) {}

    @Override
    public String hash(String password) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        DEFAULT.kibibytes(),
                        DEFAULT.passes(),
                        DEFAULT.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(compute(password, salt, DEFAULT, HASH_OCTETS)));
    }

    @Override
    public boolean matches(String password, String hash) {
        return read(hash)
                .filter(
                        stored ->
                                MessageDigest.isEqual(
                                        stored.hash(),
                                        compute(
                                                password,
                                                stored.salt(),
                                                stored.cost(),
                                                stored.hash().length)))
                .isPresent();
    }

    private static Optional<Stored> read(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Cost cost =
                new Cost(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)));
        return Optional.of(
                new Stored(
                        cost,
                        Base64.getDecoder().decode(parts.group(4)),
                        Base64.getDecoder().decode(parts.group(5))));
    }

    private static byte[] compute(String password, byte[] salt, Cost cost, int octets) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withSalt(salt)
                        .withMemoryAsKB(cost.kibibytes())
                        .withIterations(cost.passes())
                        .withParallelism(cost.lanes())
                        .build());
        byte[] hash = new byte[octets];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
