package facteur.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialSettings;
import facteur.config.DeliveryTls;
import facteur.config.ListenerTls;
import facteur.config.LoggingSettings;
import facteur.config.NoticeSettings;
import facteur.config.Secret;
import facteur.config.Settings;
import facteur.config.SourceSettings;
import facteur.config.TrackingSettings;
import facteur.config.icu.IcuDomains;
import facteur.config.unit.ByteSize;
import facteur.config.yaml.Problem;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

@DisplayName("Reading settings")
class SettingsReaderTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PASSWORD", "correct horse", "EMPTY", "");
    private static final Path NO_FILE = Path.of("facteur.yaml");

    private final SettingsReader reader =
            new SettingsReader(
                    name -> Optional.ofNullable(ENVIRONMENT.get(name)), new IcuDomains());

    static List<Path> badFiles() throws Exception {
        Path directory =
                Path.of(SettingsReaderTest.class.getResource("bad/missing.yaml").toURI())
                        .getParent();
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    @DisplayName("Each bad file tells all its problems with their places")
    void badFile(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> expected =
                text.lines()
                        .filter(line -> line.startsWith("#=> "))
                        .map(l -> l.substring(4))
                        .toList();
        SettingsResult.Bad bad =
                assertInstanceOf(SettingsResult.Bad.class, reader.read(text, NO_FILE));
        List<String> found = bad.problems().stream().map(SettingsReaderTest::shown).toList();
        assertEquals(expected.size(), found.size(), () -> String.join("\n", found));
        for (int i = 0; i < expected.size(); i++) {
            String want = expected.get(i);
            String got = found.get(i);
            assertTrue(got.startsWith(want), () -> "expected " + want + "\nfound    " + got);
        }
    }

    private static String shown(Problem problem) {
        return problem.line()
                + ":"
                + problem.column()
                + " "
                + problem.key()
                + ": "
                + problem.what();
    }

    @Test
    void what_is_nested_without_end_is_one_problem() {
        for (String text :
                java.util.List.of(
                        "a: " + "[".repeat(200_000),
                        "a: " + "{b: ".repeat(100_000),
                        "- ".repeat(100_000) + "x")) {
            var read = facteur.config.yaml.YamlFile.read(text, "deep.yaml", section -> section);
            assertTrue(
                    read instanceof facteur.config.yaml.YamlFile.Read.Bad<?> bad
                            && bad.problems().size() == 1
                            && bad.problems().getFirst().toString().contains("levels deep"),
                    String.valueOf(read));
        }
    }

    @Test
    @DisplayName("The shipped sample is good, and says what the defaults are")
    void sample() throws IOException {
        String text;
        try (var in = Settings.class.getResourceAsStream("facteur.yaml")) {
            text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        Settings sample = good(text);
        Settings defaults = Settings.defaults(sample.dataDir());
        assertEquals(defaults.submission(), sample.submission());
        assertEquals(defaults.retention(), sample.retention());
        assertEquals(defaults.tracker(), sample.tracker());
        assertEquals(defaults.admin(), sample.admin());
        assertEquals(defaults.delivery().retry(), sample.delivery().retry());
        assertEquals(defaults.delivery().maxAge(), sample.delivery().maxAge());
        assertEquals(TrackingMode.OFF, sample.tracking().mode());
        String uncommented = text.replaceAll("(?m)^( *)# (?=[-a-z_ ]+:|  )", "$1");
        assertEquals(
                "", problems(uncommented, "no such file", "can be read by other", "is not set"));
    }

    @Test
    @DisplayName("Pools name sources that there are; notices and weights are read")
    void poolsAndNotices() {
        String yaml =
                """
                hostname: mail.example.org
                sources: [ { name: a, weight: 3 }, { name: b } ]
                pools: [ { name: bulk, sources: [a, b], campaigns: [spring], credentials: [app] } ]
                notices: { failures: always, delay_after: 2h }
                """;
        Settings settings = good(yaml);
        assertEquals(3, settings.sources().getFirst().weight());
        assertEquals(List.of("a", "b"), settings.pools().getFirst().sources());
        assertEquals(NoticeSettings.When.ALWAYS, settings.notices().failures());
        assertEquals(NoticeSettings.When.ASKED, settings.notices().delays());
        assertTrue(
                problems(yaml.replace("[a, b]", "[a, c]")).contains("there is no source named c"));
    }

    @Test
    @DisplayName("A whole file is read")
    void wholeFile() {
        Settings settings =
                good(
                        """
                        hostname: mail.example.org
                        data_dir: var
                        node: 3
                        submission:
                          listeners:
                            - { address: "127.0.0.1:2525", tls: none, proxy_protocol: true }
                            - { address: "[::1]:0", tls: implicit }
                          max_message_size: 1MiB
                          require_auth: false
                        credentials:
                          - { user: app, password: !env PASSWORD, campaigns: any }
                          - user: shop
                            password: !env PASSWORD
                            campaigns: [spring, summer]
                            sender_domains: [straße.de]
                            tracking: hygiene
                            allow_null_sender: false
                            networks: [10.0.0.0/8]
                            max_age: 24h
                        dns: { servers: ["127.0.0.1:5353", 9.9.9.9] }
                        delivery: { port: 2500, retry: [1s, 2s], ehlo: out.example.org, max_age: 1m, tls: none, ipv6: false,
                          allow_networks: [127.0.0.0/8] }
                        sources: [ { name: a, address: 192.0.2.10, ehlo: a.example.org }, { name: b } ]
                        dkim: [ { domain: example.org, selector: s1, key: !env PASSWORD } ]
                        feedback: { return_path_domain: bounces.example.org, listen: "127.0.0.1:0" }
                        tracking: { base_url: "https://t.example.org/", mode: aggregate, text_links: true, sensitive_links: true }
                        logging: { level: debug, format: json, mail: mail.log, rotation: { size: 10MiB, keep: 3 } }
                        """);
        assertEquals(
                new LoggingSettings(
                        LoggingSettings.Level.DEBUG,
                        LoggingSettings.Format.JSON,
                        new LoggingSettings.MailLog.InFile(
                                NO_FILE.toAbsolutePath().resolveSibling("mail.log")),
                        new LoggingSettings.Rotation(ByteSize.ofMebibytes(10), 3)),
                settings.logging());
        assertEquals(3, settings.node());
        assertEquals(NO_FILE.toAbsolutePath().resolveSibling("var"), settings.dataDir());
        assertEquals(ListenerTls.IMPLICIT, settings.submission().listeners().get(1).tls());
        assertEquals(ByteSize.ofMebibytes(1), settings.submission().maxMessageSize());
        CredentialSettings shop = settings.credentials().get(1);
        assertEquals(new AllowedCampaigns.Only(Set.of("spring", "summer")), shop.campaigns());
        assertEquals(List.of(new Domain("xn--strae-oqa.de")), shop.senderDomains());
        assertEquals(Optional.of(Duration.ofHours(24)), shop.maxAge());
        assertTrue(shop.password().matches("correct horse"));
        assertEquals(53, settings.dns().servers().get(1).port());
        assertEquals(DeliveryTls.NONE, settings.delivery().tls());
        assertEquals(
                List.of("a.example.org", "out.example.org"),
                settings.sources().stream().map(SourceSettings::ehlo).toList());
        assertEquals(
                new TrackingSettings(
                        URI.create("https://t.example.org"), TrackingMode.AGGREGATE, true, true),
                settings.tracking());
        assertFalse(settings.toString().contains("correct horse"));
    }

    @Test
    @DisplayName("A list may be one value, and an empty key is as good as none")
    void leniency() {
        Settings settings =
                good("hostname: a.example\ndelivery:\n  retry: 7m\n  ehlo:\nsources:\n");
        assertEquals(List.of(Duration.ofMinutes(7)), settings.delivery().retry());
        assertEquals("a.example", settings.delivery().ehlo());
        assertEquals(List.of(SourceSettings.any("a.example")), settings.sources());
    }

    @Test
    @DisplayName("A secret file is read beside the settings, unless others can read it")
    void secretFiles(@TempDir Path directory) throws IOException {
        Path secret = Files.writeString(directory.resolve("app"), "s3cret\n");
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file, "hostname: a.example\ncredentials: [{ user: app, password: !file app }]\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        SettingsResult.Good good = assertInstanceOf(SettingsResult.Good.class, reader.read(file));
        assertEquals(new Secret("s3cret"), good.settings().credentials().getFirst().password());
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(reader.read(file).toString().contains("can be read by other users"));
    }

    @Test
    @DisplayName("A secret written into the settings is taken, whoever may read the file")
    void inlineSecrets(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file, "hostname: a.example\ncredentials: [{ user: app, password: s3cret }]\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertInstanceOf(SettingsResult.Good.class, reader.read(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertInstanceOf(SettingsResult.Good.class, reader.read(file));
    }

    @Test
    @DisplayName("Aliases that multiply without end are refused in a moment")
    void multiplyingAliases() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            text.append("a%d: &a%d [".formatted(i, i));
            text.append(("*a" + (i - 1) + ", ").repeat(6)).append("x]\n");
        }
        String problems = problems(text.toString());
        assertTrue(problems.contains("levels deep"), problems);
    }

    @Test
    @DisplayName("A file that is not there is said so")
    void noFile(@TempDir Path directory) {
        Path file = directory.resolve("none.yaml");
        assertEquals(file + ":1:1: read settings: no such file", reader.read(file).toString());
    }

    private Settings good(String text) {
        return switch (reader.read(text, NO_FILE)) {
            case SettingsResult.Good(var settings, var _) -> settings;
            case SettingsResult.Bad bad -> throw new AssertionError(bad.toString());
        };
    }

    private String problems(String text, String... except) {
        return switch (reader.read(text, NO_FILE)) {
            case SettingsResult.Good _ -> "";
            case SettingsResult.Bad(List<Problem> problems) ->
                    String.join(
                            "\n",
                            problems.stream()
                                    .map(Problem::toString)
                                    .filter(p -> Stream.of(except).noneMatch(p::contains))
                                    .toList());
        };
    }
}
