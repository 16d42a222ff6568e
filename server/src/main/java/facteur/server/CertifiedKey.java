package facteur.server;

import facteur.message.bouncycastle.PemKey;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key and the certificates that belong to it. That they are a pair is tried here: OpenSSL
 * finds out at the first handshake only, which is too late when the two files are being replaced
 * one after the other.
 *
 * @param chain the certificate of the key, then those of its issuers
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] SIGNED =
            "a key and its certificate".getBytes(StandardCharsets.UTF_8);

    CertifiedKey {
        chain = List.copyOf(chain);
    }

    /**
     * @param certificate a PEM file, as {@code key} is
     * @throws IOException when they cannot be read, or are no pair
     */
    static CertifiedKey read(Path certificate, Path key) throws IOException {
        CertifiedKey read = new CertifiedKey(readKey(key), readChain(certificate));
        if (!isPair(read.chain().getFirst().getPublicKey(), read.key())) {
            throw new IOException("the key " + key + " is not that of " + certificate);
        }
        return read;
    }

    private static List<X509Certificate> readChain(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new IOException("read the certificate " + file + ": there is none in it");
            }
            return chain;
        } catch (CertificateException e) {
            throw new IOException("read the certificate " + file + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey readKey(Path file) throws IOException {
        try {
            return PemKey.parse(Files.readString(file, StandardCharsets.US_ASCII)).toPrivateKey();
        } catch (CharacterCodingException e) {
            throw new IOException("read the key " + file + ": it is no PEM text", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("read the key " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isPair(PublicKey open, PrivateKey secret) {
        String algorithm =
                switch (open.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> open.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(SIGNED);
            byte[] made = signature.sign();
            signature.initVerify(open);
            signature.update(SIGNED);
            return signature.verify(made);
        } catch (GeneralSecurityException _) { // a key of another algorithm
            return false;
        }
    }
}
