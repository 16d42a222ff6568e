package facteur.message.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;

import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.Test;

import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;

class PrivateKeysTest {
    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static String pem(Object... objects) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object each : objects) {
                writer.writeObject(each);
            }
        }
        return text.toString();
    }

    private static DkimKey read(String pem) {
        return DkimKey.of(new Domain("shop.example"), "s1", pem);
    }

    private static void assertRefused(String pem, String why) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> read(pem));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.contains(why), said);
        String body = pem.replaceAll("-----[^-]*-----|\\s", "");
        if (body.length() > 40) {
            assertFalse(said.contains(body.substring(10, 30)), "no part of the key is quoted");
        }
    }

    @Test
    void keys_are_read_in_every_form_that_openssl_writes() throws Exception {
        KeyPair rsa = pair("RSA", 2048);
        String old = pem(rsa.getPrivate());
        assertTrue(old.startsWith("-----BEGIN RSA PRIVATE KEY-----"), "PKCS #1");
        String record = read(old).dnsRecord();
        assertEquals(record, read(PrivateKeys.pem(rsa.getPrivate())).dnsRecord());
        assertEquals(record, read(pem(new JcaPKCS8Generator(rsa.getPrivate(), null))).dnsRecord());
        assertEquals(record, read("Bag Attributes: x\n" + old).dnsRecord());
        String edwards = DkimKey.generate(DkimAlgorithm.ED25519, new SecureRandom());
        assertEquals(DkimAlgorithm.ED25519, read(edwards).algorithm());
    }

    @Test
    void a_key_with_a_passphrase_says_so_in_both_forms() throws Exception {
        KeyPair rsa = pair("RSA", 2048);
        StringWriter old = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(old)) {
            writer.writeObject(
                    rsa.getPrivate(),
                    new JcePEMEncryptorBuilder("AES-128-CBC")
                            .setProvider(new BouncyCastleProvider())
                            .build("secret".toCharArray()));
        }
        assertTrue(old.toString().contains("ENCRYPTED"));
        assertRefused(old.toString(), "the key has a passphrase");
        String encrypted =
                pem(
                        new JcaPKCS8Generator(
                                rsa.getPrivate(),
                                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                        .setProvider(new BouncyCastleProvider())
                                        .setPassword("secret".toCharArray())
                                        .build()));
        assertTrue(encrypted.startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        assertRefused(encrypted, "openssl pkey -in OLD -out NEW");
    }

    @Test
    void a_key_of_another_kind_is_named() throws Exception {
        KeyPair ec = pair("EC", 256);
        assertRefused(pem(ec.getPrivate()), "it is an EC key");
        assertRefused(PrivateKeys.pem(ec.getPrivate()), "it is an EC key");
        assertRefused(
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + pem(ec.getPrivate()),
                "it is an EC key");
        assertRefused(PrivateKeys.pem(pair("DSA", 2048).getPrivate()), "RSA or Ed25519");
        assertRefused(PrivateKeys.pem(pair("Ed448", 448).getPrivate()), "not Ed448");
        assertRefused(pem(pair("RSA", 2048).getPublic()), "it is a public key");
        assertRefused(PrivateKeys.pem(pair("RSA", 1024).getPrivate()), "has 1024 bits");
    }

    @Test
    void what_is_no_key_or_a_damaged_one_says_what_was_expected() throws Exception {
        assertRefused("", "expected a key between");
        assertRefused("hello", "expected a key between");
        String good = PrivateKeys.pem(pair("RSA", 2048).getPrivate());
        assertRefused(good.substring(0, 300), "damaged");
        assertRefused(good.replace('M', '!'), "damaged");
        assertRefused(good.substring(0, 200) + good.substring(264), "damaged");
        assertRefused("x".repeat(70_000), "65536 are the most");
    }
}
