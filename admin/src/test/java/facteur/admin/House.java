package facteur.admin;

import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.KeyBook;
import facteur.admin.control.LiveTraces;
import facteur.admin.control.QueueControl;
import facteur.admin.control.Readiness;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleTester;
import facteur.admin.control.SetupCheck;
import facteur.config.AdminSettings;
import facteur.config.Secret;
import facteur.config.Settings;
import facteur.config.icu.IcuDomains;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.config.unit.Endpoint;
import facteur.config.yaml.Setting;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.queue.WaitReason;
import facteur.store.Store;
import facteur.store.journal.FileOpener;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A real store and a real admin before it, in one directory. */
final class House implements AutoCloseable {
    static final String PASSWORD = "correct horse battery";

    private final Store store;
    private final AdminServer server;
    private final Settings settings;

    /** What was ordered of the queue. */
    final List<String> orders = Collections.synchronizedList(new ArrayList<>());

    /** Alerts that stand. */
    final List<Alerts.Alert> alerts = Collections.synchronizedList(new ArrayList<>());

    volatile Readiness readiness = Readiness.READY;

    private House(Store store, Settings settings) throws IOException {
        this.store = store;
        this.settings = settings;
        AdminAccounts.createFirst(settings, Instant.now());
        this.server = AdminServer.start(parts());
    }

    static House open(Path directory, int port) throws IOException {
        Settings defaults = Settings.defaults(directory);
        Settings settings =
                new Settings(
                        defaults.hostname(),
                        directory,
                        defaults.node(),
                        defaults.submission(),
                        defaults.tls(),
                        defaults.credentials(),
                        defaults.dns(),
                        defaults.delivery(),
                        defaults.sources(),
                        defaults.pools(),
                        defaults.notices(),
                        defaults.dkim(),
                        defaults.feedback(),
                        defaults.tracking(),
                        defaults.tracker(),
                        new AdminSettings(
                                Endpoint.loopback(port),
                                Optional.of(new Secret(PASSWORD)),
                                AdminSettings.Language.EN,
                                List.of("facteur.example.org"),
                                AdminSettings.DEFAULTS.trustedProxies()),
                        defaults.retention(),
                        defaults.store(),
                        defaults.logging(),
                        defaults.rules());
        Store store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
        return new House(store, settings);
    }

    private AdminParts parts() {
        return new AdminParts(
                () -> settings,
                House::inForce,
                store,
                InstantSource.system(),
                queue(),
                credentials(),
                keys(),
                rules(),
                checks(),
                traces(),
                () -> new Reload.Outcome(List.of("dkim"), List.of(), List.of(), List.of()),
                () -> List.copyOf(alerts),
                () -> "# HELP facteur_up Whether it runs.\n# TYPE facteur_up gauge\nfacteur_up 1\n",
                () -> readiness,
                _ -> {});
    }

    /** Hostile in what is free text; one key waits for a restart. */
    private static List<EffectiveSettings.Line> inForce() {
        String yaml =
                """
                hostname: mail.example.org
                credentials: [{ user: "app<script>alert(1)</script>", password: hunter2, campaigns: ["\\u202e<img src=x>"] }]
                delivery: { max_age: 48h, retry: [1m, 90m] }
                admin: { initial_password: !env FACTEUR_ADMIN_PASSWORD }
                """;
        SettingsReader reader =
                new SettingsReader(
                        _ -> Optional.of("a secret of the environment"), new IcuDomains());
        return switch (reader.read(yaml, Path.of("/etc/facteur/facteur.yaml"))) {
            case SettingsResult.Bad bad -> throw new IllegalStateException(bad.toString());
            case SettingsResult.Good(var _, var listed) ->
                    listed.stream()
                            .map(
                                    setting ->
                                            new EffectiveSettings.Line(
                                                    setting,
                                                    setting.key().equals("delivery.port")
                                                            ? Optional.of(later(setting))
                                                            : Optional.empty()))
                            .toList();
        };
    }

    private static Setting later(Setting setting) {
        return new Setting(
                setting.key(),
                new Setting.Value.One("2525"),
                Optional.of(new Setting.Place("/etc/facteur/facteur.yaml", 5, 3)),
                false);
    }

    private QueueControl queue() {
        return new QueueControl() {
            @Override
            public Snapshot snapshot() {
                return new Snapshot(
                        Instant.now(),
                        0,
                        34,
                        2,
                        161,
                        5,
                        Optional.empty(),
                        List.of(
                                new Destination(
                                        "gmail.com",
                                        "default",
                                        120,
                                        5,
                                        8,
                                        20,
                                        100,
                                        "open",
                                        false,
                                        1812,
                                        "250 2.0.0 OK  1772384000 gsmtp",
                                        34,
                                        0,
                                        Optional.of(new WaitReason.Connections(20, 20, "google"))),
                                new Destination(
                                        "orange.fr",
                                        "default",
                                        41,
                                        0,
                                        0,
                                        2,
                                        100,
                                        "suspended",
                                        false,
                                        311,
                                        "421 mwinf5c04 ME Trop de connexions, veuillez verifier"
                                                + " votre configuration. OFR004_104",
                                        0,
                                        2,
                                        Optional.of(suspended()))),
                        0);
            }

            @Override
            public boolean isSubject(String subject) {
                return subject.matches("(site|campaign|message):.+");
            }

            @Override
            public boolean hasSource(String name) {
                return name.equals("default");
            }

            @Override
            public int flush(String subject, String operator) {
                orders.add("flush " + subject);
                return 3;
            }

            @Override
            public int cancel(String subject, String operator, String why) {
                orders.add("cancel " + subject + " " + operator + " " + why);
                return 1;
            }

            @Override
            public void hold(OperatorEvent.Held order) {
                orders.add((order.held() ? "hold " : "release ") + order.subject());
            }

            @Override
            public void move(OperatorEvent.Moved order) {
                orders.add("move " + order.subject() + " to " + order.source());
            }

            @Override
            public List<Explanation> explain(Set<MailId> messages) {
                return messages.stream()
                        .map(
                                message ->
                                        new Explanation(
                                                message.recipient(0).toString(),
                                                "anne@orange.fr",
                                                "orange.fr",
                                                "default",
                                                suspended(),
                                                1))
                        .toList();
            }

            private WaitReason suspended() {
                return new WaitReason.Suspended(
                        "421 mwinf5c04 ME Trop de connexions", Instant.now().plusSeconds(240));
            }
        };
    }

    private static CredentialBook credentials() {
        List<CredentialBook.Entry> entries = Collections.synchronizedList(new ArrayList<>());
        entries.add(
                new CredentialBook.Entry(
                        "app", "any", List.of("sender.example"), "file", Optional.empty()));
        return new CredentialBook() {
            @Override
            public List<CredentialBook.Entry> entries() {
                return List.copyOf(entries);
            }

            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public String create(String user, Map<String, Object> limits) {
                entries.add(
                        new CredentialBook.Entry(
                                user, "any", List.of(), "admin", Optional.of(Instant.now())));
                return "made for " + user;
            }

            @Override
            public String rotate(String user) {
                return "made anew for " + user;
            }

            @Override
            public void revoke(String user) {
                entries.removeIf(entry -> entry.user().equals(user));
            }
        };
    }

    private KeyBook keys() {
        return new KeyBook() {
            @Override
            public List<KeyBook.Entry> entries() {
                return List.of(new KeyBook.Entry("k1", Instant.EPOCH.plusSeconds(1), true));
            }

            @Override
            public void rotate() {
                orders.add("rotate");
            }
        };
    }

    List<String> apiPaths() {
        return server.apiPaths();
    }

    List<String> apiParameters(String operation) {
        return server.apiParameters(operation);
    }

    private static RuleTester rules() {
        return new RuleTester() {
            @Override
            public Optional<Ruling> classify(String stage, String reply) {
                return reply.startsWith("5")
                        ? Optional.of(new Ruling("hard", "bad_mailbox", "enhanced-5.1.1"))
                        : Optional.empty();
            }

            @Override
            public Trial dryRun(String yaml, Instant since) {
                return new Trial("none", 0, List.of());
            }

            @Override
            public Trial dryRunRobots(String yaml, Instant since) {
                return new Trial("none", 0, List.of());
            }
        };
    }

    private SetupCheck checks() {
        return (domain, _) ->
                new SetupCheck.Looked(
                        Optional.of(Instant.now()),
                        List.of(
                                new SetupCheck.Finding(
                                        SetupCheck.What.SPF,
                                        domain.name(),
                                        SetupCheck.Reason.SPF_COVERS,
                                        List.of("192.0.2.10"),
                                        "v=spf1 ip4:192.0.2.10 -all",
                                        ""),
                                new SetupCheck.Finding(
                                        SetupCheck.What.DMARC,
                                        "_dmarc." + domain,
                                        SetupCheck.Reason.DMARC_NONE,
                                        List.of(domain.name()),
                                        "",
                                        "_dmarc." + domain + ". IN TXT \"v=DMARC1; p=none\"")));
    }

    private static LiveTraces traces() {
        return new LiveTraces() {
            @Override
            public Optional<String> watch(Kind kind, String subject) {
                return Optional.of("t1");
            }

            @Override
            public Optional<Lines> next(String id, long after) {
                Line line = new Line(1, Instant.EPOCH, "192.0.2.1:4711", "client", "EHLO app");
                return id.equals("t1")
                        ? Optional.of(new Lines(List.of(line), 1, 0))
                        : Optional.empty();
            }
        };
    }

    Store store() {
        return store;
    }

    String url() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }
}
