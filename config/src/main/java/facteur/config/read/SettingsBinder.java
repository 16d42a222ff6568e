package facteur.config.read;

import static facteur.config.read.SettingScalars.ADDRESS;
import static facteur.config.read.SettingScalars.BASE_URL;
import static facteur.config.read.SettingScalars.HOST_NAME;
import static facteur.config.read.SettingScalars.LISTEN;
import static facteur.config.read.SettingScalars.NETWORK;
import static facteur.config.read.SettingScalars.RATE;
import static facteur.config.read.SettingScalars.SIZE;
import static facteur.config.read.SettingScalars.TIME;
import static facteur.config.read.SettingScalars.TRACKING_MODE;
import static facteur.config.read.SettingScalars.USER;
import static facteur.config.yaml.Scalar.SWITCH;
import static facteur.config.yaml.Scalar.TEXT;
import static facteur.config.yaml.Scalar.constant;
import static facteur.config.yaml.Scalar.integer;

import facteur.config.AdminSettings;
import facteur.config.AllowedCampaigns;
import facteur.config.CertificateSettings;
import facteur.config.CredentialLimits;
import facteur.config.CredentialSettings;
import facteur.config.DeliverySettings;
import facteur.config.DeliveryTls;
import facteur.config.DkimSettings;
import facteur.config.DnsSettings;
import facteur.config.FeedbackSettings;
import facteur.config.ListenerSettings;
import facteur.config.ListenerTls;
import facteur.config.LoggingSettings;
import facteur.config.LoggingSettings.MailLog;
import facteur.config.NoticeSettings;
import facteur.config.PoolSettings;
import facteur.config.RetentionSettings;
import facteur.config.RulesSettings;
import facteur.config.Secret;
import facteur.config.Settings;
import facteur.config.ShapingPresets;
import facteur.config.SourceSettings;
import facteur.config.StoreSettings;
import facteur.config.SubmissionSettings;
import facteur.config.TrackerSettings;
import facteur.config.TrackingHost;
import facteur.config.TrackingSettings;
import facteur.config.unit.ByteSize;
import facteur.config.unit.Endpoint;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.YamlFile;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a settings file, one method a section: what is asked for here is what there is. A
 * binder serves one reading.
 */
final class SettingsBinder {
    private static final String DATA_DIR = "data";
    private static final Secret UNREAD = new Secret("unread");
    // A smaller file would be put aside every second, and the oldest deleted unseen.
    private static final ByteSize LEAST_LOG = ByteSize.ofMebibytes(1);
    private static final Domain NO_DOMAIN = new Domain("invalid");

    private final Path file;
    private final SecretReader secrets;
    private final Scalar<Domain> domain;
    private final Set<String> users = new HashSet<>();
    private final Set<String> sourceNames = new HashSet<>();
    private final Set<String> trackingHosts = new HashSet<>();
    private final Set<String> poolNames = new HashSet<>();
    private final List<Endpoint> listens = new ArrayList<>();

    SettingsBinder(Path file, SecretReader secrets, AddressParser.DomainToAscii toAscii) {
        this.file = file;
        this.secrets = secrets;
        this.domain = SettingScalars.domain(toAscii);
    }

    /** In the order of the sample, as far as one does not lean on another. */
    Settings settings(Section top) {
        String hostname = top.required("hostname", HOST_NAME, "localhost");
        Path dataDir = path(top.value("data_dir", TEXT, DATA_DIR));
        int node = top.value("node", integer(0, 255, 0), 0);
        SubmissionSettings submission = top.section("submission", this::submission);
        Optional<CertificateSettings> tls = top.optionalSection("tls", this::certificate);
        List<CredentialSettings> credentials =
                top.sections("credentials", this::credential, List.of());
        DnsSettings dns = top.section("dns", SettingsBinder::dns);
        DeliverySettings delivery = top.section("delivery", in -> delivery(in, hostname));
        TrackerSettings tracker = top.section("tracker", this::tracker);
        return new Settings(
                hostname,
                dataDir,
                node,
                submission,
                tls,
                credentials,
                dns,
                delivery,
                sources(top, delivery.ehlo()),
                top.sections("pools", this::pool, List.of()),
                top.section("notices", SettingsBinder::notices),
                top.sections("dkim", this::dkim, List.of()),
                top.optionalSection("feedback", this::feedback),
                top.section("tracking", in -> tracking(in, tracker)),
                tracker,
                top.section("admin", this::admin),
                top.section("retention", SettingsBinder::retention),
                top.section("store", SettingsBinder::store),
                top.section("logging", this::logging),
                top.section("rules", this::rules));
    }

    /** The few keys that a command asks for. */
    static ServerLocation whereabouts(Section top, Path file) {
        Path dataDir = path(file, top.value("data_dir", TEXT, DATA_DIR));
        return new ServerLocation(
                dataDir,
                top.section(
                        "admin", in -> in.value("listen", LISTEN, AdminSettings.DEFAULTS.listen())),
                top.section(
                        "submission",
                        in ->
                                in.optional("spool", TEXT)
                                        .map(text -> path(file, text))
                                        .orElse(SubmissionSettings.spoolBelow(dataDir))));
    }

    private SubmissionSettings submission(Section in) {
        SubmissionSettings defaults = SubmissionSettings.DEFAULTS;
        List<ListenerSettings> listeners =
                in.sections(
                        "listeners",
                        this::listener,
                        defaults.listeners().stream()
                                .map(l -> Map.of("address", l.address().toString()))
                                .toList());
        if (listeners.isEmpty()) {
            in.problem("listeners", "no listener; leave the key out for the default");
        }
        return new SubmissionSettings(
                listeners,
                in.value("max_message_size", SIZE, defaults.maxMessageSize()),
                in.value("require_auth", SWITCH, defaults.requireAuth()),
                in.value("require_tls_for_auth", SWITCH, defaults.requireTlsForAuth()),
                in.value("max_recipients", integer(1, 100_000, 1000), defaults.maxRecipients()),
                in.value("max_connections", integer(1, 100_000, 1000), defaults.maxConnections()),
                in.value(
                        "max_connections_per_client",
                        integer(1, 100_000, 200),
                        defaults.maxConnectionsPerClient()),
                in.value("trust_loopback", SWITCH, defaults.trustLoopback()),
                in.optional("spool", TEXT).map(this::path));
    }

    private ListenerSettings listener(Section in) {
        Endpoint address = in.required("address", LISTEN, Endpoint.loopback(0));
        onlyOnce(in, "address", address);
        return new ListenerSettings(
                address,
                in.value("tls", constant(ListenerTls.class), ListenerTls.STARTTLS),
                in.value("proxy_protocol", SWITCH, false),
                in.list("trusted_proxies", NETWORK, ListenerSettings.PROXIES));
    }

    private void onlyOnce(Section in, String key, Endpoint address) {
        if (address.port() != 0 && !listens.stream().allMatch(other -> fits(address, other))) {
            in.problem(key, address + " is already listened at above");
        }
        listens.add(address);
    }

    /** Who listens at all addresses has the port at each of them. */
    private static boolean fits(Endpoint one, Endpoint other) {
        return one.port() != other.port()
                || (!one.address().equals(other.address())
                        && !one.address().isAnyLocalAddress()
                        && !other.address().isAnyLocalAddress());
    }

    private CertificateSettings certificate(Section in) {
        Path certificate = path(in.required("certificate", TEXT, "cert.pem"));
        Path key = path(in.required("key", TEXT, "key.pem"));
        if (in.has("certificate") && !Files.isReadable(certificate)) {
            in.problem("certificate", "read " + certificate + ": no such file, or not readable");
        }
        if (in.has("key") && !Files.isReadable(key)) {
            in.problem("key", "read " + key + ": no such file, or not readable");
        } else if (in.has("key") && SecretReader.othersCanRead(key)) {
            in.problem("key", key + " can be read by other users; chmod o= it");
        }
        return new CertificateSettings(certificate, key);
    }

    CredentialSettings credential(Section in) {
        String user = in.required("user", USER, "nobody");
        if (in.has("user") && !users.add(user)) {
            in.problem("user", "the user " + user + " stands twice");
        }
        CredentialSettings free = CredentialSettings.unrestricted(user, secret(in, "password"));
        List<Domain> senderDomains = in.list("sender_domains", domain, free.senderDomains());
        CredentialSettings.From from =
                in.value(
                        "from",
                        constant(CredentialSettings.From.class),
                        CredentialSettings.From.unsaid(senderDomains));
        if (from == CredentialSettings.From.STRICT && senderDomains.isEmpty()) {
            in.problem("from", "strict without sender_domains; name the domains, or leave it out");
        }
        return new CredentialSettings(
                user,
                free.password(),
                in.anyOrList("campaigns", TEXT)
                        .<AllowedCampaigns>map(
                                names -> new AllowedCampaigns.Only(Set.copyOf(names)))
                        .orElse(free.campaigns()),
                senderDomains,
                from,
                in.optional("tracking", TRACKING_MODE),
                in.value("allow_null_sender", SWITCH, free.allowNullSender()),
                in.list("networks", NETWORK, free.networks()),
                in.optional("max_age", TIME),
                new CredentialLimits(
                        in.optional("max_message_size", SIZE),
                        in.list("messages", RATE, List.of()),
                        in.list("recipients", RATE, List.of())));
    }

    private Secret secret(Section in, String key) {
        if (!in.has(key)) {
            in.problem(key, "missing; allowed: a secret; example: " + key + ": !file secrets/app");
            return UNREAD;
        }
        return in.tagged(key, secrets).orElse(UNREAD);
    }

    private static DnsSettings dns(Section in) {
        return new DnsSettings(
                in.list(
                        "servers",
                        SettingScalars.server(DnsSettings.PORT),
                        DnsSettings.DEFAULTS.servers()));
    }

    private DeliverySettings delivery(Section in, String hostname) {
        DeliverySettings defaults = DeliverySettings.defaults(hostname);
        List<java.time.Duration> retry = in.list("retry", TIME, defaults.retry());
        if (retry.isEmpty()) {
            in.problem("retry", "no pause; allowed: a list of times; example: [5m, 20m, 1h]");
        }
        return new DeliverySettings(
                in.value("port", integer(1, 65535, 25), defaults.port()),
                in.list("allow_networks", NETWORK, defaults.allowNetworks()),
                retry.isEmpty() ? defaults.retry() : retry,
                in.value("ehlo", HOST_NAME, defaults.ehlo()),
                in.value("max_age", TIME, defaults.maxAge()),
                in.value("connections", integer(1, 10_000, 10), defaults.connections()),
                in.value("max_connections", integer(1, 100_000, 20_000), defaults.maxConnections()),
                shaping(in),
                in.value("tls", constant(DeliveryTls.class), defaults.tls()),
                in.value("ipv6", SWITCH, defaults.ipv6()));
    }

    private Optional<ShapingPresets> shaping(Section in) {
        Optional<Path> presets = in.optional("shaping", TEXT).map(this::path);
        if (presets.isEmpty()) {
            return Optional.empty();
        }
        try {
            return switch (ShapingReader.read(
                    Files.readString(presets.get()), presets.get().toString())) {
                case YamlFile.Read.Good<ShapingPresets>(var read, var _) -> Optional.of(read);
                case YamlFile.Read.Bad<ShapingPresets>(var problems) -> {
                    problems.forEach(problem -> in.problem("shaping", problem.toString()));
                    yield Optional.empty();
                }
            };
        } catch (IOException e) {
            in.problem("shaping", "read " + presets.get() + ": no such file, or not readable");
            return Optional.empty();
        }
    }

    private List<SourceSettings> sources(Section top, String ehlo) {
        SourceSettings any = SourceSettings.any(ehlo);
        List<SourceSettings> sources =
                top.sections(
                        "sources", in -> source(in, ehlo), List.of(Map.of("name", any.name())));
        return sources.isEmpty() ? List.of(any) : sources;
    }

    private SourceSettings source(Section in, String ehlo) {
        String name = in.required("name", USER, "default");
        if (in.has("name") && !sourceNames.add(name)) {
            in.problem("name", "the source " + name + " stands twice");
        }
        return new SourceSettings(
                name,
                in.optional("address", ADDRESS),
                in.value("ehlo", HOST_NAME, ehlo),
                in.value("weight", integer(1, 1000, 1), SourceSettings.WEIGHT));
    }

    private PoolSettings pool(Section in) {
        String name = in.required("name", USER, "bulk");
        if (in.has("name") && !poolNames.add(name)) {
            in.problem("name", "the pool " + name + " stands twice");
        }
        List<String> sources = in.list("sources", USER, List.of());
        if (sources.isEmpty()) {
            in.problem("sources", "no source; allowed: names of sources; example: [a, b]");
        }
        sources.stream()
                .filter(source -> !sourceNames.contains(source))
                .forEach(source -> in.problem("sources", "there is no source named " + source));
        return new PoolSettings(
                name,
                sources,
                in.list("credentials", USER, List.of()),
                in.list("campaigns", TEXT, List.of()));
    }

    private static NoticeSettings notices(Section in) {
        NoticeSettings defaults = NoticeSettings.DEFAULTS;
        return new NoticeSettings(
                in.value("failures", constant(NoticeSettings.When.class), defaults.failures()),
                in.value("delays", constant(NoticeSettings.When.class), defaults.delays()),
                in.value("relays", SWITCH, defaults.relays()),
                in.value("delay_after", TIME, defaults.delayAfter()));
    }

    private DkimSettings dkim(Section in) {
        return new DkimSettings(
                in.required("domain", domain, NO_DOMAIN),
                in.required("selector", HOST_NAME, "s1"),
                secret(in, "key"));
    }

    private RulesSettings rules(Section in) {
        return new RulesSettings(
                in.optional("bounces", TEXT).map(this::path),
                in.optional("robots", TEXT).map(this::path));
    }

    private FeedbackSettings feedback(Section in) {
        Endpoint listen = in.value("listen", LISTEN, FeedbackSettings.LISTEN);
        onlyOnce(in, "listen", listen);
        return new FeedbackSettings(in.required("return_path_domain", domain, NO_DOMAIN), listen);
    }

    private static TrackingSettings tracking(Section in, TrackerSettings tracker) {
        TrackingSettings off = TrackingSettings.off(tracker.listen());
        Optional<URI> baseUrl = in.optional("base_url", BASE_URL);
        TrackingMode unsaid = baseUrl.isPresent() ? TrackingMode.FULL : TrackingMode.OFF;
        TrackingMode mode = in.value("mode", TRACKING_MODE, unsaid);
        if (mode != TrackingMode.OFF && !in.has("base_url")) {
            in.problem(
                    "base_url",
                    "missing, and needed for mode "
                            + mode.key()
                            + "; allowed: "
                            + BASE_URL.allowed()
                            + "; example: "
                            + BASE_URL.example());
        }
        return new TrackingSettings(
                baseUrl.orElse(off.baseUrl()),
                mode,
                in.value("text_links", SWITCH, off.textLinks()),
                in.value("sensitive_links", SWITCH, off.sensitiveLinks()));
    }

    private TrackerSettings tracker(Section in) {
        TrackerSettings defaults = TrackerSettings.DEFAULTS;
        Endpoint listen = in.value("listen", LISTEN, defaults.listen());
        onlyOnce(in, "listen", listen);
        return new TrackerSettings(
                listen,
                in.list("trusted_proxies", NETWORK, defaults.trustedProxies()),
                in.sections("listeners", this::trackerListener, List.of()),
                in.sections("hosts", this::trackingHost, List.of()),
                in.value(
                        "max_connections",
                        integer(1, 1_000_000, 10_000),
                        defaults.maxConnections()),
                in.value(
                        "max_connections_per_network",
                        integer(1, 1_000_000, 1000),
                        defaults.maxConnectionsPerNetwork()));
    }

    private ListenerSettings trackerListener(Section in) {
        Endpoint address = in.required("address", LISTEN, Endpoint.loopback(0));
        onlyOnce(in, "address", address);
        ListenerTls tls = in.value("tls", constant(ListenerTls.class), ListenerTls.NONE);
        if (tls == ListenerTls.STARTTLS) {
            in.problem("tls", "HTTP knows no STARTTLS; allowed: none, implicit");
        }
        boolean proxyProtocol = in.value("proxy_protocol", SWITCH, false);
        return new ListenerSettings(
                address,
                tls,
                proxyProtocol,
                in.list(
                        "trusted_proxies",
                        NETWORK,
                        proxyProtocol ? ListenerSettings.PROXIES : List.of()));
    }

    private TrackingHost trackingHost(Section in) {
        String name = in.required("name", HOST_NAME, "localhost").toLowerCase(Locale.ROOT);
        if (in.has("name") && !trackingHosts.add(name)) {
            in.problem("name", "the host " + name + " stands twice");
        }
        return new TrackingHost(name, certificate(in));
    }

    private AdminSettings admin(Section in) {
        AdminSettings defaults = AdminSettings.DEFAULTS;
        Endpoint listen = in.value("listen", LISTEN, defaults.listen());
        onlyOnce(in, "listen", listen);
        return new AdminSettings(
                listen,
                in.tagged("initial_password", secrets),
                in.value(
                        "default_language",
                        constant(AdminSettings.Language.class),
                        defaults.defaultLanguage()),
                in.list("hosts", HOST_NAME, defaults.hosts()),
                in.list("trusted_proxies", NETWORK, defaults.trustedProxies()));
    }

    private static RetentionSettings retention(Section in) {
        RetentionSettings defaults = RetentionSettings.DEFAULTS;
        RetentionSettings retention =
                new RetentionSettings(
                        in.value("bodies", TIME, defaults.bodies()),
                        in.value("bodies_size", SIZE, defaults.bodiesSize()),
                        in.value("timelines", TIME, defaults.timelines()),
                        in.value("history", TIME, defaults.history()));
        if (retention.history().compareTo(retention.timelines()) < 0) {
            in.problem("history", "at least as long as timelines");
        }
        return retention;
    }

    private static StoreSettings store(Section in) {
        StoreSettings defaults = StoreSettings.DEFAULTS;
        StoreSettings store =
                new StoreSettings(
                        in.value("segment_size", SIZE, defaults.segmentSize()),
                        in.value("min_free_space", SIZE, defaults.minFreeSpace()),
                        in.value(
                                "min_free_inodes",
                                integer(0, 1_000_000_000, 1000),
                                defaults.minFreeInodes()));
        if (store.segmentSize().bytes() < StoreSettings.LEAST_SEGMENT.bytes()) {
            in.problem("segment_size", "at least " + StoreSettings.LEAST_SEGMENT);
        }
        return store;
    }

    private LoggingSettings logging(Section in) {
        LoggingSettings defaults = LoggingSettings.DEFAULTS;
        return new LoggingSettings(
                in.value("level", constant(LoggingSettings.Level.class), defaults.level()),
                in.value("format", constant(LoggingSettings.Format.class), defaults.format()),
                in.value("mail", mailLog(), defaults.mail()),
                in.section("rotation", SettingsBinder::rotation));
    }

    private static LoggingSettings.Rotation rotation(Section in) {
        LoggingSettings.Rotation defaults = LoggingSettings.Rotation.DEFAULTS;
        ByteSize size = in.value("size", SIZE, defaults.size());
        if (size.compareTo(LEAST_LOG) < 0) {
            in.problem("size", "less than " + LEAST_LOG + ", which is a few thousand lines");
        }
        return new LoggingSettings.Rotation(
                size, in.value("keep", integer(1, 1000, 9), defaults.keep()));
    }

    /** A name without a path or an ending would rather be a word that is misspelt. */
    private Scalar<MailLog> mailLog() {
        return new Scalar<>(
                "stdout, off, or a file with its path",
                "/var/lib/facteur/mail.log",
                text ->
                        switch (text) {
                            case "stdout" -> Optional.of(new MailLog.StandardOutput());
                            case "off" -> Optional.of(new MailLog.Off());
                            default ->
                                    Optional.<MailLog>of(new MailLog.InFile(path(text)))
                                            .filter(_ -> text.matches(".*[/.].*[^/]"));
                        },
                target ->
                        switch (target) {
                            case MailLog.StandardOutput _ -> "stdout";
                            case MailLog.Off _ -> "off";
                            case MailLog.InFile(Path file) -> file.toString();
                        });
    }

    /** A path as the file means it: relative to the file, not to where we were started. */
    private Path path(String text) {
        return path(file, text);
    }

    private static Path path(Path file, String text) {
        return file.toAbsolutePath().resolveSibling(text).normalize();
    }
}
