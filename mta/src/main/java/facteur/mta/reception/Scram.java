package facteur.mta.reception;

import facteur.config.password.ScramKeys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) for one login, without channel binding:
 * two messages of the client, two of ours.
 */
final class Scram {
    private static final int MAX_NONCE = 256;

    private final String user;
    private final String header;
    private final String nonce;
    private final String clientFirst;
    private final String serverFirst;
    private final ScramKeys keys;

    /** The first message of a client, taken apart. */
    record First(String header, String user, String nonce, String bare) {}

    Scram(First first, String serverNonce, ScramKeys keys) {
        this.user = first.user();
        this.header = first.header();
        this.nonce = first.nonce() + serverNonce;
        this.clientFirst = first.bare();
        this.keys = keys;
        this.serverFirst =
                "r="
                        + nonce
                        + ",s="
                        + Base64.getEncoder().encodeToString(keys.salt())
                        + ",i="
                        + keys.iterations();
    }

    /**
     * RFC 5802 7: {@code gs2-cbind-flag "," [authzid] "," ["m=" ext ","] "n=" user ",r=" nonce}.
     *
     * @return empty when it is not of that form, wants channel binding, or an extension
     */
    static Optional<First> first(String message) {
        String[] parts = message.split(",", -1);
        boolean plain =
                parts.length >= 4
                        && (parts[0].equals("n") || parts[0].equals("y"))
                        && parts[2].startsWith("n=")
                        && parts[3].startsWith("r=")
                        && isNonce(parts[3].substring(2));
        if (!plain) {
            return Optional.empty();
        }
        Optional<String> user = name(parts[2].substring(2));
        boolean himself =
                parts[1].isEmpty()
                        || (parts[1].startsWith("a=") && name(parts[1].substring(2)).equals(user));
        String header = parts[0] + "," + parts[1] + ",";
        return user.filter(name -> himself && !name.isEmpty())
                .map(
                        name ->
                                new First(
                                        header,
                                        name,
                                        parts[3].substring(2),
                                        message.substring(header.length())));
    }

    private static boolean isNonce(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_NONCE
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** A saslname: {@code =2C} is a comma, {@code =3D} an equals sign, and none stands alone. */
    private static Optional<String> name(String text) {
        String rest = text.replace("=2C", "").replace("=3D", "");
        return rest.contains("=")
                ? Optional.empty()
                : Optional.of(text.replace("=2C", ",").replace("=3D", "="));
    }

    String user() {
        return user;
    }

    String serverFirst() {
        return serverFirst;
    }

    /**
     * Looks at the client's proof.
     *
     * @return our signature, by which the client knows us; empty when the proof is wrong
     */
    Optional<String> serverFinal(String clientFinal) {
        int end = clientFinal.lastIndexOf(",p=");
        if (end < 0) {
            return Optional.empty();
        }
        String withoutProof = clientFinal.substring(0, end);
        String expected =
                "c="
                        + Base64.getEncoder()
                                .encodeToString(header.getBytes(StandardCharsets.UTF_8))
                        + ",r="
                        + nonce;
        byte[] proof = decode(clientFinal.substring(end + 3));
        String talk = clientFirst + "," + serverFirst + "," + withoutProof;
        byte[] signature = ScramKeys.hmac(keys.storedKey(), talk);
        if (!withoutProof.equals(expected) || proof.length != signature.length) {
            return Optional.empty();
        }
        byte[] clientKey = new byte[proof.length];
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(ScramKeys.sha256(clientKey), keys.storedKey())
                ? Optional.of(
                        "v="
                                + Base64.getEncoder()
                                        .encodeToString(ScramKeys.hmac(keys.serverKey(), talk)))
                : Optional.empty();
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return new byte[0]; // no proof at all, and refused like a wrong one
        }
    }
}
