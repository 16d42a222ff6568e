package facteur.server.setup;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.SetupCheck;
import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.State;
import facteur.admin.control.SetupCheck.What;
import facteur.config.Settings;
import facteur.mail.address.Domain;
import facteur.mta.prepare.DkimAlgorithm;
import facteur.mta.prepare.DkimKey;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.server.LabSettings;
import facteur.server.key.DkimKeyFiles;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.tls.LabCertificate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What is said of records in the DNS of a laboratory: good ones, missing ones, wrong ones. */
class DomainSetupTest {
    private static final Domain SENDER = new Domain("sender.example");
    private static final InetAddress OURS = InetAddress.ofLiteral("192.0.2.10");

    @TempDir private Path directory;

    private final Zone zone = new Zone();
    private LoopbackDns dns;

    @BeforeEach
    void start() throws IOException {
        dns = LoopbackDns.start(zone);
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private Settings settings(String more) throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file,
                """
                hostname: mail.sender.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: starttls }] }
                dns: { servers: ["127.0.0.1:%d"] }
                sources: [{ name: a, address: 192.0.2.10, ehlo: mail.sender.example }]
                %s
                """
                        .formatted(directory.resolve("data"), dns.address().getPort(), more));
        return LabSettings.read(file).settings();
    }

    private DomainSetup setup(String more) throws IOException {
        Settings settings = settings(more);
        return new DomainSetup(settings, new DnsResolver(List.of(dns.address()), true));
    }

    private static Finding only(List<Finding> findings, What what) {
        List<Finding> found = findings.stream().filter(f -> f.what() == what).toList();
        assertEquals(1, found.size(), found.toString());
        return found.getFirst();
    }

    private Finding spf(String... records) throws IOException {
        zone.remove("sender.example");
        for (String record : records) {
            zone.txt("sender.example", record);
        }
        return only(setup("").domain(SENDER, Instant.now()), What.SPF);
    }

    @Test
    void everything_published_is_good() throws Exception {
        DkimKeyFiles keys = new DkimKeyFiles(directory.resolve("data"));
        for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
            DkimKey key = keys.create(SENDER, Optional.empty(), algorithm, Instant.now());
            keys.seen(key, Instant.now());
            zone.txt(key.dnsName(), key.dnsRecord());
        }
        zone.txt("sender.example", "v=spf1 ip4:192.0.2.0/24 -all")
                .txt("sender.example", "some-other-service=1")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject; rua=mailto:x@sender.example")
                .mx("sender.example", 10, "mail.sender.example")
                .a("mail.sender.example", "192.0.2.10")
                .ptr(OURS, "mail.sender.example");
        List<Finding> findings = setup("").domain(SENDER, Instant.now());
        assertEquals(
                List.of(
                        Reason.SPF_COVERS,
                        Reason.DKIM_PUBLISHED,
                        Reason.DKIM_PUBLISHED,
                        Reason.DMARC_ENFORCED,
                        Reason.MX_FOUND),
                findings.stream().map(Finding::reason).toList());
        List<Finding> server = setup("").server(Instant.now());
        assertEquals(Reason.PTR_CONFIRMED, only(server, What.PTR).reason());
        assertEquals(Reason.EHLO_MATCHES, only(server, What.EHLO).reason());
    }

    @Test
    void nothing_published_names_what_to_publish() throws Exception {
        DkimKey key =
                new DkimKeyFiles(directory.resolve("data"))
                        .create(SENDER, Optional.of("s1"), DkimAlgorithm.ED25519, Instant.now());
        List<Finding> findings = setup("").domain(SENDER, Instant.now());
        assertEquals(
                "sender.example. IN TXT \"v=spf1 ip4:192.0.2.10 ~all\"",
                only(findings, What.SPF).publish());
        assertEquals(Reason.DKIM_ABSENT, only(findings, What.DKIM).reason());
        assertEquals(
                "s1._domainkey.sender.example. IN TXT \"" + key.dnsRecord() + "\"",
                only(findings, What.DKIM).publish());
        assertEquals(
                "_dmarc.sender.example. IN TXT \"v=DMARC1; p=none;"
                        + " rua=mailto:postmaster@sender.example\"",
                only(findings, What.DMARC).publish());
        assertEquals(
                "sender.example. IN MX 10 mail.sender.example.", only(findings, What.MX).publish());
        List<Finding> server = setup("").server(Instant.now());
        assertEquals("192.0.2.10 PTR mail.sender.example.", only(server, What.PTR).publish());
        assertEquals("mail.sender.example. IN A 192.0.2.10", only(server, What.EHLO).publish());
        assertTrue(
                findings.stream().allMatch(finding -> finding.state() == State.MISSING),
                findings.toString());
    }

    @Test
    void an_spf_record_is_followed_as_receivers_follow_it() throws Exception {
        zone.txt("_spf.host.example", "v=spf1 a:out.host.example/28 -all")
                .a("out.host.example", "192.0.2.1")
                .txt("only.example", "v=spf1 ip4:198.51.100.1 -all")
                .mx("mx.example", 10, "mail.mx.example")
                .a("mail.mx.example", "192.0.2.10");
        assertEquals(Reason.SPF_COVERS, spf("v=spf1 include:_spf.host.example -all").reason());
        assertEquals(Reason.SPF_COVERS, spf("v=spf1 redirect=_spf.host.example").reason());
        assertEquals(Reason.SPF_COVERS, spf("V=SPF1 mx:mx.example ~all").reason());
        assertEquals(Reason.SPF_COVERS, spf("v=spf1 +all").reason());
        assertEquals(Reason.SPF_LACKS, spf("v=spf1 include:only.example ?all").reason());
        assertEquals(Reason.SPF_LACKS, spf("v=spf1 -ip4:192.0.2.10 +all").reason());
        assertEquals(Reason.SPF_BROKEN, spf("v=spf1 include:nobody.example -all").reason());
        assertEquals(Reason.SPF_BROKEN, spf("v=spf1 ip4:192.0.2.300 -all").reason());
        assertEquals(Reason.SPF_BROKEN, spf("v=spf1 nonsense -all").reason());
        assertEquals(Reason.SPF_BROKEN, spf("v=spf1 -all", "v=spf1 +all").reason());
        assertEquals(Reason.SPF_LACKS, spf("v=spf1 exists:%{i}.x.example -all").reason());
        assertEquals(Reason.SPF_NONE, spf("v=spf10 +all").reason());
    }

    @Test
    void a_record_that_lacks_us_is_shown_with_us_added() throws Exception {
        zone.txt("only.example", "v=spf1 -all");
        Finding finding = spf("v=spf1 include:only.example ~all");
        assertEquals(Reason.SPF_LACKS, finding.reason());
        assertEquals(
                "sender.example. IN TXT \"v=spf1 include:only.example ip4:192.0.2.10 ~all\"",
                finding.publish());
    }

    @Test
    void records_that_include_each_other_end() throws Exception {
        zone.txt("one.example", "v=spf1 include:two.example -all")
                .txt("two.example", "v=spf1 include:one.example -all");
        Finding finding = spf("v=spf1 include:one.example -all");
        assertEquals(Reason.SPF_BROKEN, finding.reason(), finding.toString());
        assertTrue(finding.arguments().getFirst().contains("10 lookups"), finding.toString());
    }

    @Test
    void another_key_under_our_selector_is_no_key_of_ours() throws Exception {
        DkimKeyFiles keys = new DkimKeyFiles(directory.resolve("data"));
        DkimKey ours = keys.create(SENDER, Optional.of("s1"), DkimAlgorithm.RSA, Instant.now());
        DkimKey other =
                DkimKey.of(
                        SENDER,
                        "s1",
                        DkimKey.generate(DkimAlgorithm.RSA, new java.security.SecureRandom()));
        zone.txt(ours.dnsName(), other.dnsRecord());
        assertEquals(
                Reason.DKIM_DIFFERENT,
                only(setup("").domain(SENDER, Instant.now()), What.DKIM).reason());
        zone.remove(ours.dnsName()).txt(ours.dnsName(), ours.dnsRecord());
        assertEquals(
                Reason.DKIM_WAITS,
                only(setup("").domain(SENDER, Instant.now()), What.DKIM).reason());
        // A key of the domain signs for those below it, too.
        assertEquals(
                Reason.DKIM_WAITS,
                only(setup("").domain(new Domain("news.sender.example"), Instant.now()), What.DKIM)
                        .reason());
    }

    @Test
    void the_policy_of_the_domain_above_counts_where_there_is_none() throws Exception {
        Domain below = new Domain("news.sender.example");
        zone.txt("_dmarc.sender.example", "v=DMARC1; p=reject; sp=none");
        Finding finding = only(setup("").domain(below, Instant.now()), What.DMARC);
        assertEquals(Reason.DMARC_MONITORS, finding.reason());
        assertEquals("_dmarc.sender.example", finding.subject());
        assertEquals(
                "_dmarc.sender.example. IN TXT \"v=DMARC1; p=reject; sp=quarantine\"",
                finding.publish());
        zone.txt("_dmarc.sender.example", "v=DMARC1; p=none");
        assertEquals(
                Reason.DMARC_SEVERAL,
                only(setup("").domain(below, Instant.now()), What.DMARC).reason());
    }

    @Test
    void names_of_addresses_must_lead_back() throws Exception {
        zone.ptr(OURS, "pool-10.isp.example")
                .a("pool-10.isp.example", "192.0.2.99")
                .a("mail.sender.example", "192.0.2.11");
        List<Finding> server = setup("").server(Instant.now());
        assertEquals(Reason.PTR_UNCONFIRMED, only(server, What.PTR).reason());
        assertEquals(Reason.EHLO_ELSEWHERE, only(server, What.EHLO).reason());
        assertEquals("192.0.2.11", only(server, What.EHLO).found());
    }

    @Test
    void a_dns_that_fails_is_said_to_fail() throws Exception {
        zone.servfail("sender.example").servfail("_dmarc.sender.example");
        List<Finding> findings = setup("").domain(SENDER, Instant.now());
        assertEquals(Reason.UNANSWERED, only(findings, What.SPF).reason());
        assertEquals(State.UNKNOWN, only(findings, What.DMARC).state());
    }

    @Test
    void certificates_are_looked_at_for_name_and_end() throws Exception {
        Path file = directory.resolve("cert.pem");
        LabCertificate certificate = LabCertificate.of("mail.sender.example", "*.lab.example");
        Files.writeString(file, certificate.certificatePem());
        Instant end = certificate.certificate().getNotAfter().toInstant();
        assertEquals(
                Reason.TLS_SELF_SIGNED,
                Certificates.look(file, "mail.sender.example", Instant.now()).reason());
        assertEquals(
                Reason.TLS_SELF_SIGNED,
                Certificates.look(file, "a.lab.example", Instant.now()).reason());
        assertEquals(
                Reason.TLS_OTHER_NAME,
                Certificates.look(file, "a.b.lab.example", Instant.now()).reason());
        assertEquals(
                Reason.TLS_EXPIRED,
                Certificates.look(file, "mail.sender.example", end.plusSeconds(60)).reason());
        Files.writeString(file, "no certificate");
        assertEquals(
                Reason.TLS_UNREADABLE,
                Certificates.look(file, "mail.sender.example", Instant.now()).reason());
    }

    @Test
    void a_tracking_host_that_is_not_there_is_missing() throws Exception {
        String tracked = "tracking: { base_url: \"https://t.sender.example\", mode: full }";
        assertEquals(
                Reason.TRACKING_NO_ADDRESS,
                only(setup(tracked).server(Instant.now()), What.TRACKING).reason());
        String closed = "tracking: { base_url: \"http://127.0.0.1:1\", mode: full }";
        assertEquals(
                Reason.TRACKING_SILENT,
                only(setup(closed).server(Instant.now()), What.TRACKING).reason());
        String off = "tracking: { base_url: \"https://t.sender.example\", mode: off }";
        assertEquals(
                Reason.TRACKING_OFF,
                only(setup(off).server(Instant.now()), What.TRACKING).reason());
    }

    @Test
    void the_page_never_waits_and_what_was_found_is_kept() throws Exception {
        Settings settings = settings("");
        zone.slow("sender.example", Duration.ofSeconds(1));
        CachedSetupCheck desk = new CachedSetupCheck(() -> settings, InstantSource.system());
        long begin = System.nanoTime();
        assertEquals(SetupCheck.Looked.UNDER_WAY, desk.check(SENDER, false));
        long micros = (System.nanoTime() - begin) / 1000;
        System.out.println("asked what is known of a domain: " + micros + " us");
        assertTrue(micros < 900_000, micros + " us: it waited for the DNS");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> desk.check(SENDER, false).at().isPresent());
        long asked = dns.queries();
        SetupCheck.Looked known = desk.check(SENDER, true);
        assertEquals(known, desk.check(SENDER, false));
        assertEquals(asked, dns.queries());
    }
}
