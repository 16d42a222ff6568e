package facteur.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a key belongs to a certificate. OpenSSL finds out at the first handshake only, which is
 * too late when the two files are being replaced one after the other.
 */
final class KeyMatch {
    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]{1,20000})-----END PRIVATE"
                            + " KEY-----");
    private static final byte[] SIGNED =
            "a key and its certificate".getBytes(StandardCharsets.UTF_8);

    private KeyMatch() {}

    /**
     * @throws IOException when they are no pair. A key in another form than PKCS #8 is not looked
     *     at
     */
    static void check(Path certificate, Path key) throws IOException {
        Matcher pem = PKCS8.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            return;
        }
        try (InputStream in = Files.newInputStream(certificate)) {
            PublicKey open =
                    CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
            PrivateKey secret =
                    KeyFactory.getInstance(open.getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            Base64.getMimeDecoder().decode(pem.group(1))));
            if (!verifies(open, secret)) {
                throw new IOException("the key " + key + " is not that of " + certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the key " + key + " is not that of " + certificate + ": " + e.getMessage(), e);
        }
    }

    private static boolean verifies(PublicKey open, PrivateKey secret)
            throws GeneralSecurityException {
        String algorithm =
                switch (open.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> open.getAlgorithm();
                };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(SIGNED);
        byte[] made = signature.sign();
        signature.initVerify(open);
        signature.update(SIGNED);
        return signature.verify(made);
    }
}
