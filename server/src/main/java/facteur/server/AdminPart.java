package facteur.server;

import facteur.admin.AdminAccounts;
import facteur.admin.AdminParts;
import facteur.admin.AdminServer;
import facteur.admin.control.Readiness;
import facteur.admin.control.Reload;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.server.maillog.MailLog;
import facteur.server.maillog.RefusalSums;
import facteur.server.metrics.CertificateMeters;
import facteur.server.metrics.FeedbackMeters;
import facteur.server.metrics.MailLogMeters;
import facteur.server.metrics.OutcomeMeters;
import facteur.server.metrics.QueueMeters;
import facteur.server.metrics.RoutingMeters;
import facteur.server.metrics.StoreMeters;
import facteur.server.metrics.SubmissionMeters;
import facteur.server.metrics.TrackerMeters;
import facteur.server.setup.CachedSetupCheck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What operators and programs look at: the UI with the API, figures, alerts. */
final class AdminPart {
    private final ActiveConfiguration configuration;
    private final Foundation on;
    private final MtaPart mta;
    private final TrackerPart tracker;
    private final BounceSpikeWatch spikes;
    private final MailLog mailLog;
    private final AdminServer server;

    /**
     * @throws IOException when the address is taken or the accounts cannot be read; it says which
     */
    AdminPart(
            Foundation on,
            MtaPart mta,
            TrackerPart tracker,
            BounceSpikeWatch spikes,
            MailLog mailLog,
            Reload reload)
            throws IOException {
        this.configuration = on.configuration();
        this.on = on;
        this.mta = mta;
        this.tracker = tracker;
        this.spikes = spikes;
        this.mailLog = mailLog;
        this.server = on.parts().add(newAdmin(reload));
    }

    private AdminServer newAdmin(Reload reload) throws IOException {
        AdminAccounts.createFirst(on.settings(), on.clock().instant())
                .ifPresent(
                        password ->
                                on.secrets()
                                        .accept(
                                                "admin user "
                                                        + AdminAccounts.FIRST
                                                        + ", password "
                                                        + password));
        Telemetry telemetry = on.parts().add(newTelemetry());
        return AdminServer.start(
                new AdminParts(
                        configuration::settings,
                        configuration.listed(),
                        on.store(),
                        on.clock(),
                        new QueueAdapter(mta.queue()),
                        mta.credentials(),
                        on.keys(),
                        new RuleTrials(configuration, on.store()),
                        new CachedSetupCheck(configuration::settings, on.clock()),
                        new TraceAdapter(mta.submissionTrace(), mta.deliveryTrace()),
                        reload,
                        newAlerts(),
                        telemetry::scrape,
                        this::readiness,
                        client -> on.refusals().add(RefusalSums.Kind.ADMIN_LOGIN, client)));
    }

    private Telemetry newTelemetry() {
        QueueMeters ofQueue = new QueueMeters(mta.queue());
        CertificateMeters certificates = new CertificateMeters(configuration::settings, on.clock());
        return new Telemetry(
                List.of(
                        ofQueue,
                        new OutcomeMeters(mta.queue().counters()),
                        new SubmissionMeters(mta.submission(), mta.connections()),
                        new RoutingMeters(mta.router(), mta.tls()),
                        new StoreMeters(on.store(), on.settings().store().segmentSize().bytes()),
                        new DiskMeters(on.disk()),
                        new TrackerMeters(
                                tracker.recorder(), tracker.hits(), tracker.connections()),
                        new FeedbackMeters(mta.returned(), spikes),
                        new MailLogMeters(mailLog),
                        certificates),
                () -> {
                    ofQueue.refresh();
                    certificates.refresh();
                });
    }

    private AlertEvaluator newAlerts() {
        return new AlertEvaluator(
                new AlertEvaluator.Parts(
                        configuration::settings,
                        on.store(),
                        on.disk(),
                        spikes,
                        tracker.recorder(),
                        tracker.connections(),
                        mta.router()::trouble,
                        mta.tls()::inClear,
                        configuration::robots,
                        mailLog::lag),
                on.clock());
    }

    private Readiness readiness() {
        List<String> problems = new ArrayList<>();
        on.store().journal().stopped().ifPresent(problems::add);
        if (Thread.getDefaultUncaughtExceptionHandler() instanceof LostThreads threads) {
            threads.problem().ifPresent(problems::add);
        }
        if (on.disk().isLow()) {
            problems.add(
                    "the disk of "
                            + on.settings().dataDir()
                            + " is nearly full: new messages have to wait");
        }
        return new Readiness(
                problems,
                on.store().isCatchingUp()
                        ? List.of(
                                "statuses are late: hits that were recorded before the start are"
                                        + " being folded")
                        : List.of());
    }

    InetSocketAddress address() {
        return server.address();
    }
}
