package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.file.PrivateFiles;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.server.LabServer;
import facteur.server.key.DkimKeyFiles;
import facteur.testkit.dns.Zone;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code facteur doctor} beside a running server, before the DNS of a laboratory. */
class DoctorTest {
    private static final Domain SENDER = new Domain("sender.example");
    private static final InetAddress OURS = InetAddress.ofLiteral("192.0.2.10");

    @TempDir private Path directory;
    private LabServer facteur;
    private Path config;
    private DkimKey key;

    private int maskBefore;

    /** A server of which everything is published, with the mask that a process of its own has. */
    @BeforeEach
    void start() throws Exception {
        maskBefore = PrivateFiles.maskOthers();
        facteur =
                LabServer.with(
                        directory,
                        "sources: [{ name: a, address: 192.0.2.10, ehlo: mail.sender.example }]");
        config = SuppressionCommandsTest.reachable(directory, facteur.server());
        DkimKeyFiles keys = new DkimKeyFiles(directory.resolve("data"));
        key = keys.create(SENDER, Optional.of("s1"), DkimAlgorithm.RSA, Instant.now());
        keys.seen(key, Instant.now());
        zone().a("mail.sender.example", "192.0.2.10")
                .ptr(OURS, "mail.sender.example")
                .mx("sender.example", 10, "mail.sender.example")
                .txt("sender.example", "v=spf1 ip4:192.0.2.10 -all")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
                .txt(key.dnsName(), key.dnsRecord());
    }

    @AfterEach
    void stop() {
        PrivateFiles.mask(maskBefore);
        facteur.close();
    }

    private Zone zone() {
        return facteur.lab().dns().zone();
    }

    private Ran doctor(String... more) {
        List<String> words = new ArrayList<>(List.of("doctor"));
        words.addAll(List.of(more));
        return Ran.of(config, words.toArray(String[]::new));
    }

    /** The only line about a thing, and the advice below it. */
    private static String about(Ran ran, String what) {
        List<String> lines = ran.out().lines().toList();
        List<String> found = lines.stream().filter(l -> l.startsWith(what, 9)).toList();
        assertEquals(1, found.size(), what + " in\n" + ran.out());
        int next = lines.indexOf(found.getFirst()) + 1;
        return next < lines.size() && lines.get(next).startsWith("         ")
                ? found.getFirst() + "\n" + lines.get(next).strip()
                : found.getFirst();
    }

    private void problem(String what, String words) {
        Ran ran = doctor();
        assertEquals(1, ran.status(), ran.out());
        assertEquals("PROBLEM  " + what + words, about(ran, what));
    }

    @Test
    void where_all_is_well_every_line_says_so_and_what_is_weak_is_called_that() {
        Ran ran = doctor();
        assertEquals(0, ran.status(), ran.out());
        assertFalse(ran.out().contains("PROBLEM"), ran.out());
        assertFalse(ran.out().contains("unknown  "), ran.out());
        assertTrue(about(ran, "TLS ").startsWith("weak     "), ran.out());
        assertTrue(about(ran, "TLS ").contains("Self-signed"), ran.out());
        assertTrue(about(ran, "TRACKING http://127.0.0.1:").startsWith("weak     "), ran.out());
        assertTrue(about(ran, "TRACKING").contains("not over https"), ran.out());
        for (String what :
                List.of(
                        "data directory",
                        "DISK",
                        "FILES",
                        "MEMORY RAM",
                        "server: ready",
                        "RESOLVER mail.sender.example",
                        "BLOCKLIST 10.2.0.192.zen.spamhaus.org",
                        "BLOCKLIST 10.2.0.192.bl.spamcop.net",
                        "PTR 192.0.2.10",
                        "EHLO mail.sender.example",
                        "SPF sender.example",
                        "DKIM s1._domainkey.sender.example",
                        "DMARC _dmarc.sender.example",
                        "MX sender.example")) {
            assertTrue(about(ran, what).startsWith("ok       "), about(ran, what));
        }
    }

    @Test
    void a_missing_spf_record_is_written_out() {
        zone().remove("sender.example").mx("sender.example", 10, "mail.sender.example");
        problem(
                "SPF sender.example",
                ": sender.example has no SPF record: receivers cannot tell our servers from a"
                        + " forger’s.\nsender.example. IN TXT \"v=spf1 ip4:192.0.2.10 ~all\"");
    }

    @Test
    void an_spf_record_without_our_address_is_shown_with_it() {
        zone().remove("sender.example")
                .mx("sender.example", 10, "mail.sender.example")
                .txt("sender.example", "v=spf1 ip4:198.51.100.1 -all");
        problem(
                "SPF sender.example",
                ": The record does not name 192.0.2.10: mail from there looks forged. Found: v=spf1"
                        + " ip4:198.51.100.1 -all\n"
                        + "sender.example. IN TXT \"v=spf1 ip4:198.51.100.1 ip4:192.0.2.10 -all\"");
    }

    @Test
    void a_missing_dkim_record_is_written_out() {
        zone().remove(key.dnsName());
        String record = key.dnsRecord();
        problem(
                "DKIM s1._domainkey.sender.example",
                ": The key is not published: our signature (rsa-sha256) cannot be verified.\n"
                        + "s1._domainkey.sender.example. IN TXT ( \""
                        + record.substring(0, 255)
                        + "\" \""
                        + record.substring(255)
                        + "\" )");
    }

    @Test
    void a_missing_dmarc_record_is_written_out() {
        zone().remove("_dmarc.sender.example");
        problem(
                "DMARC _dmarc.sender.example",
                ": sender.example says nothing: Gmail, Yahoo and Microsoft require a record of"
                        + " whoever sends much.\n"
                        + "_dmarc.sender.example. IN TXT \"v=DMARC1; p=none;"
                        + " rua=mailto:postmaster@sender.example\"");
    }

    @Test
    void a_missing_reverse_name_is_written_out() {
        zone().remove("10.2.0.192.in-addr.arpa");
        problem(
                "PTR 192.0.2.10",
                ": 192.0.2.10 has no name: many servers refuse mail from there. Ask whoever rents"
                        + " you the address.\n"
                        + "192.0.2.10 PTR mail.sender.example.");
    }

    @Test
    void a_name_that_does_not_exist_is_told_for_what_leans_on_it() {
        zone().remove("mail.sender.example");
        Ran ran = doctor();
        assertEquals(1, ran.status(), ran.out());
        assertTrue(about(ran, "RESOLVER").startsWith("ok"), ran.out());
        assertTrue(
                about(ran, "EHLO mail.sender.example")
                        .endsWith("mail.sender.example. IN A 192.0.2.10"),
                ran.out());
    }

    @Test
    void a_dns_that_does_not_answer_is_no_good_news() {
        zone().servfail("sender.example");
        Ran ran = doctor();
        assertEquals(3, ran.status(), ran.out());
        assertTrue(about(ran, "RESOLVER").startsWith("ok"), ran.out());
        assertTrue(about(ran, "SPF").startsWith("unknown"), ran.out());
        zone().servfail("mail.sender.example").servfail("resolver-check.invalid");
        Ran silent = doctor();
        assertEquals(1, silent.status(), silent.out());
        assertTrue(about(silent, "RESOLVER").startsWith("PROBLEM"), silent.out());
        assertTrue(about(silent, "RESOLVER").contains("see dns.servers"), silent.out());
    }

    @Test
    void a_listing_is_told_from_a_list_that_does_not_answer_our_resolver() {
        zone().a("10.2.0.192.zen.spamhaus.org", "127.255.255.254")
                .a("10.2.0.192.bl.spamcop.net", "203.0.113.80");
        Ran ran = doctor();
        assertEquals(0, ran.status(), ran.out());
        assertTrue(
                about(ran, "BLOCKLIST 10.2.0.192.zen")
                        .startsWith(
                                "weak     BLOCKLIST 10.2.0.192.zen.spamhaus.org: zen.spamhaus.org"
                                        + " does not answer our resolver"),
                ran.out());
        assertTrue(about(ran, "BLOCKLIST 10.2.0.192.bl").contains("makes answers up"), ran.out());
        zone().remove("10.2.0.192.zen.spamhaus.org").a("10.2.0.192.zen.spamhaus.org", "127.0.0.4");
        Ran listed = doctor();
        assertEquals(1, listed.status(), listed.out());
        assertTrue(
                about(listed, "BLOCKLIST 10.2.0.192.zen")
                        .startsWith(
                                "PROBLEM  BLOCKLIST 10.2.0.192.zen.spamhaus.org: 192.0.2.10 is on"
                                        + " zen.spamhaus.org"),
                listed.out());
    }

    @Test
    void files_that_others_may_read_are_found() throws IOException {
        Path open = Files.writeString(directory.resolve("data/open"), "x");
        Files.setPosixFilePermissions(
                open, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        Ran ran = doctor();
        assertEquals(1, ran.status(), ran.out());
        assertTrue(about(ran, "FILES").startsWith("PROBLEM"), ran.out());
        assertTrue(about(ran, "FILES").contains(open.toString()), ran.out());
        assertTrue(about(ran, "FILES").contains("chmod -R go= "), ran.out());
    }

    @Test
    void a_server_that_is_not_there_is_told_from_its_records() throws IOException {
        facteur.server().close();
        Ran ran = doctor();
        assertEquals(1, ran.status(), ran.out());
        assertTrue(about(ran, "server").contains("start it with facteur serve"), ran.out());
        assertTrue(about(ran, "TRACKING").startsWith("PROBLEM"), ran.out());
        assertTrue(about(ran, "SPF").startsWith("ok"), ran.out());
    }

    @Test
    void json_is_an_array_with_the_same_findings() {
        zone().remove("_dmarc.sender.example");
        Ran ran = doctor("--json");
        assertEquals(1, ran.status());
        JsonNode findings = JsonMapper.builder().build().readTree(ran.out());
        List<String> bad =
                findings.valueStream()
                        .filter(finding -> !finding.path("good").asBoolean())
                        .map(finding -> finding.path("what").asString())
                        .toList();
        assertEquals(List.of("DMARC _dmarc.sender.example"), bad);
        assertEquals(
                doctor().out().lines().filter(l -> !l.startsWith(" ")).count(), findings.size());
    }

    @Test
    void a_configuration_with_a_problem_is_wrong_use() throws IOException {
        Files.writeString(config, Files.readString(config) + "nonsense: 1\n");
        Ran ran = doctor();
        assertEquals(2, ran.status());
        assertTrue(ran.err().contains("unknown key"), ran.err());
        assertFalse(ran.err().contains("at facteur."), "no stack trace");
    }
}
