package facteur.mail.message;

import java.util.Arrays;

/**
 * What makes a repeated request the same one: the key that the application gave, scoped to its
 * credential, and a digest of what it asked for.
 *
 * @param key 1 to {@value #MAX_LENGTH} characters
 * @param bodyHash SHA-256 of the request
 */
public record IdempotencyKey(String key, byte[] bodyHash) {
    public static final int MAX_LENGTH = 256;

    public IdempotencyKey {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "an idempotency key of " + key.length() + " characters");
        }
        bodyHash = bodyHash.clone();
    }

    @Override
    public byte[] bodyHash() {
        return bodyHash.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdempotencyKey(String itsKey, byte[] itsHash)
                && key.equals(itsKey)
                && Arrays.equals(bodyHash, itsHash);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(bodyHash);
    }
}
