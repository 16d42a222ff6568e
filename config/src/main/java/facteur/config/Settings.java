package facteur.config;

import facteur.config.unit.Endpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything an operator decides about one server.
 *
 * @param hostname the name this server calls itself by in greetings and headers
 * @param dataDir where journal, views, keys and backups live
 * @param node 0 to 255, unlike that of any other node that shares the journal
 * @param tls empty: a self-signed certificate is made at first start
 * @param credentials empty: one is made at first start and printed once
 * @param sources at least one
 * @param pools empty: every source carries every mail
 * @param dkim empty: nothing is signed
 * @param feedback empty: no reports are received, and the return-path stays the sender's
 */
public record Settings(
        String hostname,
        Path dataDir,
        int node,
        SubmissionSettings submission,
        Optional<CertificateSettings> tls,
        List<CredentialSettings> credentials,
        DnsSettings dns,
        DeliverySettings delivery,
        List<SourceSettings> sources,
        List<PoolSettings> pools,
        NoticeSettings notices,
        List<DkimSettings> dkim,
        Optional<FeedbackSettings> feedback,
        TrackingSettings tracking,
        TrackerSettings tracker,
        AdminSettings admin,
        RetentionSettings retention,
        StoreSettings store,
        LoggingSettings logging,
        RulesSettings rules) {
    public Settings {
        credentials = List.copyOf(credentials);
        sources = List.copyOf(sources);
        pools = List.copyOf(pools);
        dkim = List.copyOf(dkim);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("settings without an egress source");
        }
    }

    /** What runs without a file: everything on loopback, everything below one directory. */
    public static Settings defaults(Path dataDir) {
        String hostname = "localhost";
        TrackerSettings tracker = TrackerSettings.DEFAULTS;
        return new Settings(
                hostname,
                dataDir,
                0, // alone
                SubmissionSettings.DEFAULTS,
                Optional.empty(),
                List.of(),
                DnsSettings.DEFAULTS,
                DeliverySettings.defaults(hostname),
                List.of(SourceSettings.any(hostname)),
                List.of(),
                NoticeSettings.DEFAULTS,
                List.of(),
                Optional.empty(),
                TrackingSettings.ofLaboratory(tracker.listen()),
                tracker,
                AdminSettings.DEFAULTS,
                RetentionSettings.DEFAULTS,
                StoreSettings.DEFAULTS,
                LoggingSettings.DEFAULTS,
                RulesSettings.DEFAULTS);
    }

    /** The same with another data directory. */
    public Settings withDataDir(Path directory) {
        return new Settings(
                hostname,
                directory,
                node,
                submission,
                tls,
                credentials,
                dns,
                delivery,
                sources,
                pools,
                notices,
                dkim,
                feedback,
                tracking,
                tracker,
                admin,
                retention,
                store,
                logging,
                rules);
    }

    /** Every address this server waits at, for the check that no two are the same. */
    public List<Endpoint> listens() {
        return java.util.stream.Stream.of(
                        submission.listeners().stream().map(ListenerSettings::address),
                        feedback.stream().map(FeedbackSettings::listen),
                        java.util.stream.Stream.of(tracker.listen(), admin.listen()))
                .flatMap(stream -> stream)
                .toList();
    }
}
