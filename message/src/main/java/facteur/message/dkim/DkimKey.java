package facteur.message.dkim;

import facteur.mail.address.Domain;
import facteur.message.bouncycastle.Ed25519;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A private key under a selector of a domain. Shown without the key.
 *
 * @see DkimSigner
 */
public final class DkimKey {
    /** RFC 8301 3.2. */
    static final int RSA_BITS = 2048;

    private static final Pattern SELECTOR =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]+)*");

    /** Turns octets into a signature. */
    private interface Scheme {
        byte[] sign(byte[] octets) throws GeneralSecurityException;
    }

    private final Domain domain;
    private final String selector;
    private final DkimAlgorithm algorithm;
    private final Scheme scheme;
    private final byte[] publicKey;

    private DkimKey(
            Domain domain,
            String selector,
            DkimAlgorithm algorithm,
            Scheme scheme,
            byte[] publicKey) {
        this.domain = domain;
        this.selector = selector;
        this.algorithm = algorithm;
        this.scheme = scheme;
        this.publicKey = publicKey;
    }

    /**
     * Reads a private key.
     *
     * @param pem PKCS #8 ({@code BEGIN PRIVATE KEY}, RSA or Ed25519) or PKCS #1 ({@code BEGIN RSA
     *     PRIVATE KEY})
     * @throws IllegalArgumentException when it is no such key, an RSA key shorter than 2048 bits,
     *     or the selector is none; the message never quotes the key
     */
    public static DkimKey of(Domain domain, String selector, String pem) {
        if (!SELECTOR.matcher(selector).matches()) {
            throw new IllegalArgumentException("DKIM selector " + selector + " is no DNS name");
        }
        PrivateKey key = PrivateKeys.parse(pem);
        try {
            return switch (key) {
                case RSAPrivateCrtKey rsa -> rsa(domain, selector, rsa);
                case EdECPrivateKey edwards -> edwards(domain, selector, edwards);
                default ->
                        throw new IllegalArgumentException(
                                "a DKIM key is RSA or Ed25519, not " + key.getAlgorithm());
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "use the key of " + selector + "._domainkey." + domain, e);
        }
    }

    /** A new private key in PKCS #8. */
    public static String generate(DkimAlgorithm algorithm, SecureRandom random) {
        try {
            KeyPairGenerator generator =
                    switch (algorithm) {
                        case RSA -> KeyPairGenerator.getInstance("RSA");
                        case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
                    };
            if (algorithm == DkimAlgorithm.RSA) {
                generator.initialize(RSA_BITS, random);
            }
            return PrivateKeys.pem(generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("make a new " + algorithm + " key", e);
        }
    }

    public Domain domain() {
        return domain;
    }

    public String selector() {
        return selector;
    }

    public DkimAlgorithm algorithm() {
        return algorithm;
    }

    /** Where the public key is published. */
    public String dnsName() {
        return selector + "._domainkey." + domain;
    }

    /** The TXT record to be published there, unquoted and uncut (RFC 6376 3.6.1, RFC 8463 4). */
    public String dnsRecord() {
        return "v=DKIM1; k=%s; p=%s"
                .formatted(algorithm.keyType(), Base64.getEncoder().encodeToString(publicKey));
    }

    /** Whether a TXT record publishes this very key. */
    public boolean isPublishedBy(String record) {
        return publicKey(record).equals(publicKey(dnsRecord()));
    }

    /** The tag p of a key record (RFC 6376 3.6.1), in which white space means nothing. */
    private static String publicKey(String record) {
        for (String tag : record.split(";", 32)) {
            String dense = tag.replaceAll("\\s", "");
            if (dense.startsWith("p=")) {
                return dense.substring(2);
            }
        }
        return "";
    }

    /** Signs the canonical header octets. */
    byte[] sign(byte[] octets) {
        try {
            return scheme.sign(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sign with the key of " + dnsName(), e);
        }
    }

    private static DkimKey rsa(Domain domain, String selector, RSAPrivateCrtKey key)
            throws GeneralSecurityException {
        int bits = key.getModulus().bitLength();
        if (bits < RSA_BITS) {
            throw new IllegalArgumentException(
                    "the RSA key of %s has %d bits; receivers ask for %d or more (RFC 8301)"
                            .formatted(domain, bits, RSA_BITS));
        }
        byte[] publicKey =
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                        .getEncoded();
        PrivateKey own = AccpProvider.rsa(key);
        return new DkimKey(
                domain, selector, DkimAlgorithm.RSA, octets -> rsa(own, octets), publicKey);
    }

    private static byte[] rsa(PrivateKey key, byte[] octets) throws GeneralSecurityException {
        Signature signature = AccpProvider.signature("SHA256withRSA");
        signature.initSign(key);
        signature.update(octets);
        return signature.sign();
    }

    /** RFC 8463 3: the hash of the octets is what is signed. */
    private static DkimKey edwards(Domain domain, String selector, EdECPrivateKey key) {
        byte[] seed =
                key.getBytes()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "an Ed25519 key without octets"));
        if (seed.length != Ed25519.SEED) {
            throw new IllegalArgumentException("a DKIM key is RSA or Ed25519, not Ed448");
        }
        Ed25519 edwards = new Ed25519(seed);
        return new DkimKey(
                domain,
                selector,
                DkimAlgorithm.ED25519,
                octets -> edwards.sign(MessageDigest.getInstance("SHA-256").digest(octets)),
                edwards.publicKey());
    }

    @Override
    public String toString() {
        return algorithm.tag() + " " + dnsName();
    }
}
