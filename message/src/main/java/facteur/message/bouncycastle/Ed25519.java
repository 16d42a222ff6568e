package facteur.message.bouncycastle;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** One Ed25519 private key. */
public final class Ed25519 {
    /** Octets of a private key, which RFC 8032 calls seed. */
    public static final int SEED = Ed25519PrivateKeyParameters.KEY_SIZE;

    private final Ed25519PrivateKeyParameters key;

    /**
     * @param seed {@value #SEED} octets
     */
    public Ed25519(byte[] seed) {
        if (seed.length != SEED) {
            throw new IllegalArgumentException(
                    "an Ed25519 key has " + SEED + " octets, found " + seed.length);
        }
        this.key = new Ed25519PrivateKeyParameters(seed, 0);
    }

    /** The signature of {@code message}, 64 octets. */
    public byte[] sign(byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    /** The public key, 32 octets. */
    public byte[] publicKey() {
        return key.generatePublicKey().getEncoded();
    }
}
