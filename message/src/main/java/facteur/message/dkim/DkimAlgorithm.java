package facteur.message.dkim;

/** RFC 8301 leaves one RSA algorithm, RFC 8463 adds a second signature scheme. */
public enum DkimAlgorithm {
    RSA("rsa-sha256", "rsa"),
    ED25519("ed25519-sha256", "ed25519");

    private final String tag;
    private final String keyType;

    DkimAlgorithm(String tag, String keyType) {
        this.tag = tag;
        this.keyType = keyType;
    }

    /** The value of {@code a=} in a signature. */
    public String tag() {
        return tag;
    }

    /** The value of {@code k=} in a key record. */
    public String keyType() {
        return keyType;
    }
}
