package facteur.message.dkim;

import facteur.message.bouncycastle.PemKey;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Base64;

/** Private keys in PEM (RFC 7468), as openssl and other mail software write them. */
final class PrivateKeys {
    private static final int MAX_CHARACTERS = 64 * 1024;

    private PrivateKeys() {}

    /**
     * A key that can sign for DKIM.
     *
     * @throws IllegalArgumentException when there is none; it says what there is
     */
    static PrivateKey parse(String pem) {
        if (pem.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a key of "
                            + pem.length()
                            + " characters; "
                            + MAX_CHARACTERS
                            + " are the most that is read");
        }
        PemKey found = PemKey.parse(pem);
        return switch (found.algorithm()) {
            case "RSA", "EdDSA" -> found.toPrivateKey();
            case "EC" ->
                    throw new IllegalArgumentException(
                            "it is an EC key; DKIM signs with RSA or Ed25519 (RFC 6376, RFC 8463):"
                                    + " make one with facteur key dkim");
            default ->
                    throw new IllegalArgumentException(
                            "a DKIM key is RSA or Ed25519, not one of algorithm "
                                    + found.algorithm());
        };
    }

    /** In PKCS #8. */
    static String pem(PrivateKey key) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN PRIVATE KEY-----\n"
                + new String(lines.encode(key.getEncoded()), StandardCharsets.US_ASCII)
                + "\n-----END PRIVATE KEY-----\n";
    }
}
