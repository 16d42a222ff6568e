package facteur.message.bouncycastle;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;

/**
 * The private key in a PEM text (RFC 7468), in any form that openssl has written keys in: PKCS #8,
 * or RSA (PKCS #1) and EC (RFC 5915) in forms of their own. What is none is named, and the key
 * itself never is.
 */
public final class PemKey {
    private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
            Map.of(
                    PKCSObjectIdentifiers.rsaEncryption, "RSA",
                    X9ObjectIdentifiers.id_ecPublicKey, "EC",
                    EdECObjectIdentifiers.id_Ed25519, "EdDSA",
                    EdECObjectIdentifiers.id_Ed448, "EdDSA");

    private final String algorithm;
    // PKCS #8.
    private final byte[] encoded;

    private PemKey(String algorithm, byte[] encoded) {
        this.algorithm = algorithm;
        this.encoded = encoded;
    }

    /**
     * @throws IllegalArgumentException when there is no key that can be read; it says what there
     *     is, and what to do
     */
    public static PemKey parse(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case PrivateKeyInfo key -> {
                        return of(key);
                    }
                    case PEMKeyPair pair -> {
                        return of(pair.getPrivateKeyInfo());
                    }
                    case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
                            throw new IllegalArgumentException(
                                    "the key has a passphrase, and nobody is there to give it;"
                                            + " write it without one: openssl pkey -in OLD -out"
                                            + " NEW");
                    case X509CertificateHolder _ ->
                            throw new IllegalArgumentException(
                                    "it is a certificate; a private key is expected");
                    case SubjectPublicKeyInfo _ ->
                            throw new IllegalArgumentException(
                                    "it is a public key; the private one is expected");
                    default -> {
                        // Parameters of a curve stand before its key.
                    }
                }
            }
        } catch (IOException | IllegalStateException _) { // their messages may quote the key
            throw new IllegalArgumentException(
                    "the key in the PEM text is damaged: it is not base 64, or not the structure"
                            + " that its first line names");
        }
        throw new IllegalArgumentException(
                "expected a key between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----,"
                        + " or the same with RSA or EC PRIVATE KEY");
    }

    private static PemKey of(PrivateKeyInfo key) throws IOException {
        ASN1ObjectIdentifier algorithm = key.getPrivateKeyAlgorithm().getAlgorithm();
        return new PemKey(ALGORITHMS.getOrDefault(algorithm, algorithm.getId()), key.getEncoded());
    }

    /** RSA, EC, EdDSA, or the object identifier of another. */
    public String algorithm() {
        return algorithm;
    }

    /**
     * The key itself.
     *
     * @throws IllegalArgumentException when it is of another algorithm, or damaged
     */
    public PrivateKey toPrivateKey() {
        if (!ALGORITHMS.containsValue(algorithm)) {
            throw new IllegalArgumentException(
                    "a key is RSA, EC or Ed25519, not one of algorithm " + algorithm);
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException _) { // its message may quote the key
            throw new IllegalArgumentException("the key in the PEM text is damaged");
        }
    }
}
