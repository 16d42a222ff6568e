package facteur.mta.prepare;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Private keys in PEM (RFC 7468), as openssl and other mail software write them. */
final class PrivateKeys {
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final int MAX_CHARACTERS = 64 * 1024;

    /** Version 0 and the algorithm identifier of RSA, which PKCS #8 puts before PKCS #1. */
    private static final byte[] RSA_HEAD = {
        2,
        1,
        0,
        0x30,
        13,
        6,
        9,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        13,
        1,
        1,
        1,
        5,
        0
    };

    private PrivateKeys() {}

    static PrivateKey parse(String pem) {
        if (pem.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("a key of " + pem.length() + " characters");
        }
        boolean rsaOnly = pem.contains(begin(PKCS1));
        byte[] octets = rsaOnly ? wrapped(body(pem, PKCS1)) : body(pem, PKCS8);
        return key("RSA", octets)
                .or(() -> key("EdDSA", octets))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the PEM text holds no RSA or Ed25519 private key"));
    }

    private static Optional<PrivateKey> key(String algorithm, byte[] octets) {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(octets)));
        } catch (GeneralSecurityException _) { // then it is one of another kind, or none
            return Optional.empty();
        }
    }

    static String pem(PrivateKey key) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return begin(PKCS8)
                + "\n"
                + new String(lines.encode(key.getEncoded()), StandardCharsets.US_ASCII)
                + "\n"
                + end(PKCS8)
                + "\n";
    }

    private static byte[] body(String pem, String kind) {
        int from = pem.indexOf(begin(kind));
        int to = pem.indexOf(end(kind));
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(
                    "expected a key between "
                            + begin(kind)
                            + " and "
                            + end(kind)
                            + (pem.contains("ENCRYPTED")
                                    ? "; keys with a passphrase are not read"
                                    : ""));
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin(kind).length(), to));
        } catch (IllegalArgumentException _) { // its message would quote the key
            throw new IllegalArgumentException("the key in the PEM text is not base 64");
        }
    }

    private static byte[] wrapped(byte[] pkcs1) {
        byte[] inner = der(4, pkcs1);
        byte[] all = Arrays.copyOf(RSA_HEAD, RSA_HEAD.length + inner.length);
        System.arraycopy(inner, 0, all, RSA_HEAD.length, inner.length);
        return der(0x30, all);
    }

    /** Tag, length in two octets (all our keys need that many), value. */
    private static byte[] der(int tag, byte[] value) {
        byte[] octets = new byte[4 + value.length];
        octets[0] = (byte) tag;
        octets[1] = (byte) 0x82;
        octets[2] = (byte) (value.length >>> 8);
        octets[3] = (byte) value.length;
        System.arraycopy(value, 0, octets, 4, value.length);
        return octets;
    }

    private static String begin(String kind) {
        return "-----BEGIN " + kind + "-----";
    }

    private static String end(String kind) {
        return "-----END " + kind + "-----";
    }
}
