package facteur.mta.prepare.bouncycastle;

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

/**
 * The private key in a PEM text (RFC 7468), in any form that openssl has written keys in. What
 * cannot sign for DKIM is named, and the key itself never is.
 */
public final class PemKey {
    private PemKey() {}

    /**
     * @throws IllegalArgumentException when there is no RSA or Ed25519 key that can be read; it
     *     says what there is, and what to do
     */
    public static PrivateKey parse(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case PrivateKeyInfo key -> {
                        return key(key);
                    }
                    case PEMKeyPair pair -> {
                        return key(pair.getPrivateKeyInfo());
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
                        + " or the same with RSA PRIVATE KEY");
    }

    private static PrivateKey key(PrivateKeyInfo key) throws IOException {
        var algorithm = key.getPrivateKeyAlgorithm().getAlgorithm();
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw new IllegalArgumentException(
                    "it is an EC key; DKIM signs with RSA or Ed25519 (RFC 6376, RFC 8463): make one"
                            + " with facteur key dkim");
        }
        boolean rsa = algorithm.equals(PKCSObjectIdentifiers.rsaEncryption);
        boolean edwards =
                algorithm.equals(EdECObjectIdentifiers.id_Ed25519)
                        || algorithm.equals(EdECObjectIdentifiers.id_Ed448);
        if (!rsa && !edwards) {
            throw new IllegalArgumentException(
                    "a DKIM key is RSA or Ed25519, not one of algorithm " + algorithm);
        }
        try {
            return KeyFactory.getInstance(rsa ? "RSA" : "EdDSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        } catch (GeneralSecurityException _) { // its message may quote the key
            throw new IllegalArgumentException("the key in the PEM text is damaged");
        }
    }
}
