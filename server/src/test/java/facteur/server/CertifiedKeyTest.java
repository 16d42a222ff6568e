package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Keys and certificates as openssl writes them. */
class CertifiedKeyTest {
    @TempDir private Path directory;
    private Path certificate;
    private Path key;

    @BeforeEach
    void names() {
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
    }

    private void openssl(String command) throws Exception {
        List<String> words = List.of(("openssl " + command).split(" ", -1));
        Process process =
                new ProcessBuilder(words)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private void certify() throws Exception {
        openssl("req -x509 -key key.pem -subj /CN=mail.example.org -days 2 -out cert.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional -out key.pem 2048, RSA",
        "ecparam -name prime256v1 -genkey -out key.pem, EC",
        "genpkey -algorithm RSA -out key.pem, RSA",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key.pem, EC"
    })
    void keys_are_read_in_every_form_and_serve_tls(String command, String algorithm)
            throws Exception {
        openssl(command);
        certify();
        CertifiedKey read = CertifiedKey.read(certificate, key);
        assertEquals(algorithm, read.key().getAlgorithm());
        assertEquals(1, read.chain().size());
        assertTrue(
                LiveCertificate.context(new LiveCertificate.Files(certificate, key), b -> b)
                        .isServer());
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(IOException.class, () -> CertifiedKey.read(certificate, key))
                        .getMessage());
    }

    @Test
    void a_key_with_a_passphrase_is_told_with_what_to_do() throws Exception {
        openssl("genrsa -out key.pem 2048");
        certify();
        openssl("pkey -in key.pem -aes256 -passout pass:secret -out locked.pem");
        Files.move(directory.resolve("locked.pem"), key, StandardCopyOption.REPLACE_EXISTING);
        String told = refusal();
        assertTrue(told.contains(key.toString()) && told.contains("passphrase"), told);
        assertTrue(told.contains("openssl pkey"), told);
    }

    @Test
    void a_key_of_another_certificate_is_told() throws Exception {
        for (String other :
                List.of(
                        "genrsa -out key.pem 2048",
                        "ecparam -name prime256v1 -genkey -out key.pem")) {
            openssl("genrsa -out key.pem 2048");
            certify();
            openssl(other);
            assertTrue(refusal().contains("is not that of " + certificate), refusal());
        }
    }

    @Test
    void files_that_hold_something_else_are_told() throws Exception {
        openssl("genrsa -out key.pem 2048");
        certify();
        Files.copy(certificate, directory.resolve("x"));
        Files.copy(key, certificate, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(refusal().contains("read the certificate " + certificate), refusal());
        Files.copy(directory.resolve("x"), key, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(refusal().contains("it is a certificate"), refusal());
    }
}
