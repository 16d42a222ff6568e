package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.testkit.tls.LabCertificate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code facteur check} finds what {@code facteur serve} would stumble over. */
class CheckTest {
    @TempDir private Path directory;

    @BeforeEach
    void files() throws Exception {
        pair("mail", LabCertificate.of("mail.example.org"));
        pair("other", LabCertificate.of("t.example.org"));
        pair("old", LabCertificate.ended("mail.example.org", Duration.ofDays(3)));
        secret("key.pem", DkimKey.generate(DkimAlgorithm.ED25519, new SecureRandom()));
        secret("no-key.pem", "-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----\n");
        Files.writeString(directory.resolve("rules.yaml"), "version: 1\nby_text: nonsense\n");
        Files.writeString(directory.resolve("robots.yaml"), "date: yesterday\nagents: []\n");
    }

    private void pair(String name, LabCertificate certificate) throws Exception {
        Files.writeString(directory.resolve(name + ".crt"), certificate.certificatePem());
        secret(name + ".key", certificate.keyPem());
    }

    private void secret(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Path settings(String... lines) throws Exception {
        Path file = directory.resolve("facteur.yaml");
        return Files.writeString(
                file,
                "hostname: mail.example.org\ndata_dir: data\n" + String.join("\n", lines) + "\n");
    }

    private Ran check(String... lines) throws Exception {
        return Ran.of(settings(lines), "check");
    }

    @Test
    void what_a_start_can_use_passes() throws Exception {
        Ran ran =
                check(
                        "tls: { certificate: mail.crt, key: mail.key }",
                        "dkim: [{ domain: example.org, selector: s1, key: !file key.pem }]",
                        "tracker: { hosts: [{ name: t.example.org, certificate: other.crt, key:"
                                + " other.key }] }");
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().endsWith("facteur.yaml: no problem found\n"), ran.out());
        assertFalse(Files.exists(directory.resolve("data")), "check writes nothing");
    }

    @Test
    void each_file_that_cannot_be_used_is_told_with_its_line() throws Exception {
        List<String> lines =
                List.of(
                        "tls: { certificate: mail.crt, key: other.key }",
                        "dkim:",
                        "  - { domain: example.org, selector: s1, key: !file key.pem }",
                        "  - { domain: example.org, selector: s2, key: !file no-key.pem }",
                        "tracker:",
                        "  hosts:",
                        "    - { name: t.example.org, certificate: other.crt, key: mail.key }",
                        "rules: { bounces: rules.yaml, robots: robots.yaml }");
        Ran ran = check(lines.toArray(String[]::new));
        assertEquals(2, ran.status(), ran.toString());
        List<String> told = ran.out().lines().toList();
        for (String expected :
                List.of(
                        ":3:\\d+ tls.certificate: .*other.key.*",
                        ":6:\\d+ dkim\\[1\\].key: .*the key in the PEM text is damaged.*",
                        ":9:\\d+ tracker.hosts\\[0\\].certificate: .*mail.key.*",
                        ":10:\\d+ rules.bounces: .*rules.yaml:\\d+:\\d+.*",
                        ":10:\\d+ rules.robots: .*robots.yaml.*")) {
            assertTrue(
                    told.stream().anyMatch(line -> line.matches(".*facteur.yaml" + expected)),
                    expected + " in " + ran.out());
        }
    }

    @Test
    void a_data_directory_that_is_a_file_or_would_stand_below_one_is_told() throws Exception {
        for (String name : List.of("mail.key", "mail.key/data")) {
            Path file = settings();
            Files.writeString(
                    file, Files.readString(file).replace("data_dir: data", "data_dir: " + name));
            for (String command : List.of("check", "serve")) {
                Ran ran = Ran.of(file, command);
                assertTrue(ran.status() > 0, ran.toString());
                String told = ran.out() + ran.err();
                assertTrue(told.toLowerCase(Locale.ROOT).contains("directory"), told);
                assertTrue(told.contains("mail.key"), told);
            }
        }
    }

    @Test
    void what_the_data_directory_holds_and_a_start_cannot_read_is_told() throws Exception {
        for (String name : List.of("keys/token-keys", "admin/accounts.json", "journal/epoch")) {
            Path file = directory.resolve("data").resolve(name);
            Files.createDirectories(file.getParent());
            secret("data/" + name, "junk\n");
            told(file.toString());
            Files.delete(file);
        }
        secret("data/format", "99\n");
        told("a newer Facteur wrote");
    }

    private void told(String words) throws Exception {
        Ran ran = check();
        assertEquals(2, ran.status(), ran.toString());
        assertTrue(ran.out().contains("data_dir: "), ran.out());
        assertTrue(ran.out().contains(words), words + " in " + ran.out());
    }

    @Test
    void an_address_that_this_machine_has_not_cannot_be_listened_at() throws Exception {
        // Kept for documentation (RFC 5737), so no machine's.
        for (String listen :
                List.of(
                        "submission: { listeners: [{ address: \"203.0.113.9:2525\" }] }",
                        "tracker: { listen: \"203.0.113.9:8025\" }",
                        "tracker: { listeners: [{ address: \"203.0.113.9:8443\" }] }",
                        "feedback: { return_path_domain: b.example.org, listen:"
                                + " \"203.0.113.9:25\" }",
                        "admin: { listen: \"203.0.113.9:8080\" }")) {
            Ran ran = check(listen);
            assertEquals(2, ran.status(), ran.toString());
            assertTrue(
                    ran.out().contains("facteur.yaml:3:")
                            && ran.out().contains("listen at 203.0.113.9: "),
                    ran.out());
        }
    }

    @Test
    void a_port_at_all_addresses_is_taken_at_each_of_them() throws Exception {
        for (List<String> pair :
                List.of(
                        List.of("0.0.0.0:8080", "127.0.0.1:8080"),
                        List.of("127.0.0.1:8080", "0.0.0.0:8080"),
                        List.of("[::]:8080", "0.0.0.0:8080"))) {
            Ran ran =
                    check(
                            "tracker: { listen: \"" + pair.getFirst() + "\" }",
                            "admin: { listen: \"" + pair.getLast() + "\" }");
            assertEquals(2, ran.status(), ran.toString());
            assertTrue(ran.out().contains("is already listened at above"), ran.out());
        }
        Ran others = check("tracker: { listen: \"127.0.0.2:8080\" }");
        assertEquals(0, others.status(), others.toString());
    }

    @Test
    void an_expired_certificate_and_an_open_relay_are_warned_of() throws Exception {
        Ran ran =
                check(
                        "tls: { certificate: old.crt, key: old.key }",
                        "submission:",
                        "  require_auth: false",
                        "  listeners:",
                        "    - { address: \"127.0.0.1:2525\" }",
                        "    - { address: \"0.0.0.0:25\", tls: none }",
                        "    - { address: \"[::]:587\" }");
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(
                ran.out().contains("facteur.yaml:3:")
                        && ran.out().contains("warning: the certificate ended on "),
                ran.out());
        assertTrue(
                ran.out().contains("facteur.yaml:8:")
                        && ran.out().contains("without a password and without TLS;"),
                ran.out());
        assertTrue(ran.out().contains("facteur.yaml:9:"), ran.out());
        assertFalse(ran.out().contains("facteur.yaml:7:"), "loopback is no relay");
        assertTrue(ran.out().endsWith("no problem found, warnings: 3\n"), ran.out());
    }

    @Test
    void proxies_that_are_nearly_everybody_are_warned_of_wherever_they_stand() throws Exception {
        Ran ran =
                check(
                        "submission:",
                        "  listeners:",
                        "    - address: \"127.0.0.1:2525\"",
                        "      proxy_protocol: true",
                        "      trusted_proxies: [127.0.0.1, 0.0.0.0/0]",
                        "tracker:",
                        "  trusted_proxies: [\"::/0\"]",
                        "  listeners:",
                        "    - { address: \"127.0.0.1:8443\", trusted_proxies: [0.0.0.0/1] }",
                        "admin:",
                        "  trusted_proxies: [10.0.0.0/8, \"fc00::/7\", 0.0.0.0/0]");
        assertEquals(0, ran.status(), ran.toString());
        for (int line : List.of(7, 9, 11, 13)) {
            assertTrue(
                    ran.out()
                            .lines()
                            .anyMatch(
                                    told ->
                                            told.contains("facteur.yaml:" + line + ":")
                                                    && told.contains("warning: trusts ")),
                    line + ": " + ran.out());
        }
        assertTrue(ran.out().endsWith("no problem found, warnings: 4\n"), ran.out());
    }
}
