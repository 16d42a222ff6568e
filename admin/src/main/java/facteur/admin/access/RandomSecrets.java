package facteur.admin.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Makes and compares secrets that machines remember. */
public final class RandomSecrets {
    private static final int OCTETS = 32;
    private static final int PASSWORD_OCTETS = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomSecrets() {}

    /** 256 random bits in 43 characters. */
    public static String token() {
        return random(OCTETS);
    }

    /** A password of 96 bits that a person can still copy by hand. */
    public static String password() {
        return random(PASSWORD_OCTETS);
    }

    private static String random(int octets) {
        byte[] drawn = new byte[octets];
        RANDOM.nextBytes(drawn);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    }

    /** What is kept of a token. Tokens are random: a fast hash is enough. */
    public static String digest(String token) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares in a time that does not tell how far two texts agree. */
    public static boolean equal(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
