package facteur.server;

import facteur.admin.AdminAccounts;
import facteur.config.DkimSettings;
import facteur.config.ListenerSettings;
import facteur.config.ListenerTls;
import facteur.config.LoggingSettings;
import facteur.config.Settings;
import facteur.config.TrackingHost;
import facteur.config.read.CredentialFile;
import facteur.config.read.SettingsResult;
import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;
import facteur.config.yaml.Problem;
import facteur.config.yaml.Setting;
import facteur.mail.file.FailureSentence;
import facteur.mail.token.KeyringFile;
import facteur.message.dkim.DkimKey;
import facteur.server.key.DkimKeyFiles;
import facteur.server.setup.Certificates;
import facteur.store.Store;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a start makes of the files which the settings name, made beforehand with the
 * loaders of the start: what passes here starts, and what does not is told with the line of the
 * settings that asks for it. Nothing is written.
 */
public final class Preflight {
    private final SettingsResult.Good read;
    private final Path file;
    private final Instant now;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /**
     * What was found, in the order of the file.
     *
     * @param problems of which each keeps the server from starting
     * @param warnings of settings that it starts with and that are probably mistakes
     */
    public record Findings(List<Problem> problems, List<Problem> warnings) {
        public Findings {
            problems = problems.stream().sorted().distinct().toList();
            warnings = warnings.stream().sorted().distinct().toList();
        }
    }

    /** Makes something of a file; what it throws is why it cannot. */
    private interface Loader {
        void load() throws IOException;
    }

    private Preflight(SettingsResult.Good read, Path file, Instant now) {
        this.read = read;
        this.file = file;
        this.now = now;
    }

    /**
     * @param file where the settings stand, for what no line of it asks for
     */
    public static Findings of(SettingsResult.Good read, Path file, Instant now) {
        Preflight look = new Preflight(read, file, now);
        Settings settings = read.settings();
        look.rules(settings);
        look.dkim(settings);
        look.certificates(settings);
        look.load("data_dir", () -> directory(settings.dataDir()));
        look.load("data_dir", () -> new CredentialFile(FirstStart.made(settings.dataDir())).read());
        look.load("data_dir", () -> Store.requireReadable(settings.dataDir()));
        look.load("data_dir", () -> KeyringFile.load(settings.dataDir().resolve("keys")));
        look.load("data_dir", () -> AdminAccounts.requireReadable(settings.dataDir()));
        look.mailLog(settings);
        look.listeners(settings);
        look.relay(settings);
        look.proxies();
        look.sources(settings);
        return new Findings(look.problems, look.warnings);
    }

    /** A start makes it where there is none, if what it would stand in is a directory. */
    private static void directory(Path made) throws IOException {
        Path there = made.toAbsolutePath();
        while (there.getParent() != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new IOException("use " + made + ": " + there + " is no directory");
        }
    }

    private void mailLog(Settings settings) {
        if (settings.logging().mail() instanceof LoggingSettings.MailLog.InFile(Path log)) {
            load("logging.mail", () -> mailLog(log));
        }
    }

    private static void mailLog(Path log) throws IOException {
        Path there = log.toAbsolutePath().getParent();
        if (there == null || !Files.isDirectory(there)) {
            throw new IOException(
                    "write " + log + ": there is no directory " + there + "; make it first");
        }
        if (Files.isDirectory(log)) {
            throw new IOException("write " + log + ": it is a directory; name a file in it");
        }
    }

    /** An operator's files; those that are shipped were tested, and a start reads them later. */
    private void rules(Settings settings) {
        if (settings.rules().bounces().isPresent()) {
            load("rules.bounces", () -> RulesFile.load(settings.rules()));
        }
        if (settings.rules().robots().isPresent()) {
            load("rules.robots", () -> TrackerWiring.robots(settings.rules().robots()));
        }
    }

    private void dkim(Settings settings) {
        for (int i = 0; i < settings.dkim().size(); i++) {
            DkimSettings key = settings.dkim().get(i);
            load(
                    "dkim[" + i + "].key",
                    () -> DkimKey.of(key.domain(), key.selector(), key.key().value()));
        }
        load("data_dir", () -> new DkimKeyFiles(settings.dataDir()).signing(List.of()));
    }

    private void certificates(Settings settings) {
        LiveCertificate.Files files = FirstStart.files(settings, settings.dataDir());
        // Without them the first start makes a pair.
        if (settings.tls().isPresent()
                || (Files.exists(files.certificate()) && Files.exists(files.key()))) {
            certificate(settings.tls().isPresent() ? "tls.certificate" : "data_dir", files);
        }
        for (int i = 0; i < settings.tracker().hosts().size(); i++) {
            TrackingHost host = settings.tracker().hosts().get(i);
            certificate(
                    "tracker.hosts[" + i + "].certificate",
                    new LiveCertificate.Files(
                            host.certificate().certificate(), host.certificate().key()));
        }
    }

    private void certificate(String key, LiveCertificate.Files files) {
        boolean good = load(key, () -> LiveCertificate.context(files, builder -> builder));
        if (good) {
            load(key, () -> validity(key, Certificates.read(files.certificate())));
        }
    }

    private void validity(String key, X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (!now.isBefore(until)) {
            warn(
                    key,
                    "the certificate ended on "
                            + until
                            + "; clients that look at it do not connect: renew it");
        } else if (now.isBefore(from)) {
            warn(key, "the certificate is valid from " + from + " on only, by this clock");
        }
    }

    /**
     * Whether this machine has the addresses that are to be listened at. Ports are not asked for: a
     * running server has them.
     */
    private void listeners(Settings settings) {
        for (int i = 0; i < settings.submission().listeners().size(); i++) {
            listener(
                    "submission.listeners[" + i + "].address",
                    settings.submission().listeners().get(i).address());
        }
        listener("tracker.listen", settings.tracker().listen());
        for (int i = 0; i < settings.tracker().listeners().size(); i++) {
            listener(
                    "tracker.listeners[" + i + "].address",
                    settings.tracker().listeners().get(i).address());
        }
        settings.feedback().ifPresent(feedback -> listener("feedback.listen", feedback.listen()));
        listener("admin.listen", settings.admin().listen());
    }

    private void listener(String key, Endpoint endpoint) {
        if (!endpoint.address().isAnyLocalAddress()) {
            load(key, () -> listener(endpoint.address()));
        }
    }

    private static void listener(InetAddress address) throws IOException {
        try {
            bind(address);
        } catch (IOException e) {
            throw new IOException(
                    "listen at "
                            + address.getHostAddress()
                            + ": "
                            + e.getMessage()
                            + "; name an address of this machine (ip address shows them), or"
                            + " 0.0.0.0 or [::] for all",
                    e);
        }
    }

    private static void bind(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
        }
    }

    /** Whether this machine has the addresses that mail is to leave from. */
    private void sources(Settings settings) {
        for (int i = 0; i < settings.sources().size(); i++) {
            String key = "sources[" + i + "].address";
            settings.sources().get(i).address().ifPresent(address -> source(key, address));
        }
    }

    private void source(String key, InetAddress address) {
        try {
            bind(address);
        } catch (IOException e) {
            warn(
                    key,
                    "this machine cannot connect from "
                            + address.getHostAddress()
                            + " ("
                            + e.getMessage()
                            + "): mail of this source waits until it can");
        }
    }

    /** Whether strangers can send mail through this server to anybody (an open relay). */
    private void relay(Settings settings) {
        if (settings.submission().requireAuth()) {
            return;
        }
        List<ListenerSettings> listeners = settings.submission().listeners();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerSettings listener = listeners.get(i);
            if (!listener.address().address().isLoopbackAddress()) {
                warn(
                        "submission.listeners[" + i + "].address",
                        "an open relay: any client that reaches "
                                + listener.address()
                                + " may send to anybody, without a password"
                                + (listener.tls() == ListenerTls.NONE ? " and without TLS" : "")
                                + "; set submission.require_auth: true, or listen at 127.0.0.1");
            }
        }
    }

    /** Whether nearly everybody is believed about who they ask for, under whichever key. */
    private void proxies() {
        for (Setting setting : read.listed()) {
            if (setting.key().endsWith("trusted_proxies")
                    && setting.value() instanceof Setting.Value.Several(List<String> texts)) {
                texts.stream()
                        .flatMap(text -> Network.parse(text).stream())
                        .filter(Preflight::isNearlyEverybody)
                        .forEach(network -> proxies(setting.key(), network));
            }
        }
    }

    private void proxies(String key, Network network) {
        warn(
                key,
                "trusts "
                        + network
                        + ": whoever comes from there is believed about the address they come"
                        + " from, so that limits and bans count whom they name; name the networks"
                        + " of the proxies alone");
    }

    /** No private network is as wide: 10.0.0.0/8 and fc00::/7 are the widest. */
    private static boolean isNearlyEverybody(Network network) {
        return network.prefix() < (network.base() instanceof Inet4Address ? 8 : 7);
    }

    private boolean load(String key, Loader loader) {
        try {
            loader.load();
            return true;
        } catch (RulesFile.Bad e) {
            e.problems().forEach(problem -> problems.add(at(key, problem)));
        } catch (IOException | RuntimeException e) {
            problems.add(at(key, FailureSentence.of(e)));
        }
        return false;
    }

    private void warn(String key, String what) {
        warnings.add(at(key, "warning: " + what));
    }

    /** The key itself where the file says it, or the section that it belongs to. */
    private Problem at(String key, String what) {
        Optional<Setting.Place> place =
                read.listed().stream()
                        .filter(setting -> setting.key().equals(key))
                        .flatMap(setting -> setting.said().stream())
                        .findFirst();
        return place.map(at -> new Problem(at.file(), at.line(), at.column(), key, what))
                .orElseGet(() -> new Problem(file.toString(), 1, 1, key, what));
    }
}
