package facteur.server;

import com.github.benmanes.caffeine.cache.Ticker;

import facteur.admin.AdminAccounts;
import facteur.admin.AdminParts;
import facteur.admin.AdminServer;
import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.Readiness;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleTester;
import facteur.config.CredentialSettings;
import facteur.config.FeedbackSettings;
import facteur.config.ListenerSettings;
import facteur.config.PoolSettings;
import facteur.config.RetentionSettings;
import facteur.config.Settings;
import facteur.config.ShapingPresets;
import facteur.config.SubmissionSettings;
import facteur.config.TrackerSettings;
import facteur.config.TrackingSettings;
import facteur.config.access.Admission;
import facteur.config.access.LoginThrottle;
import facteur.config.descriptor.Descriptors;
import facteur.config.icu.IcuDomains;
import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.config.read.ShapingReader;
import facteur.config.yaml.Setting;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.outcome.Stage;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.netty.NettyConnector;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.RetrySchedule;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pool;
import facteur.mta.egress.Pools;
import facteur.mta.feedback.BounceProcessor;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.feedback.FeedbackFigures;
import facteur.mta.feedback.ReturnedMailReceiver;
import facteur.mta.feedback.netty.FeedbackListener;
import facteur.mta.notice.DsnSender;
import facteur.mta.queue.Queue;
import facteur.mta.queue.record.JournalQueueStore;
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.session.TrackedRenderer;
import facteur.mta.reception.PathReader;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.netty.SubmissionListener;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Router;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;
import facteur.server.key.DkimKeyFiles;
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
import facteur.server.setup.DescriptorNeeds;
import facteur.store.Retention;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.JournalEntry;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.netty.TrackerCounters;
import facteur.tracker.netty.TrackerDependencies;
import facteur.tracker.netty.TrackerLoops;
import facteur.tracker.netty.TrackerServer;
import facteur.tracker.recording.Recorder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One running Facteur. Parts are started in the order in which they lean on each other, and closed
 * in the reverse.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    // Read again at a start: what sites used to answer, to notice when they change.
    private static final int REMEMBERED_ANSWERS = 20_000;

    private final FirstStart first;
    private final Reload reload;
    private final Trace submissionTrace;
    private final Trace deliveryTrace;
    private final RefusalSums refusals = new RefusalSums();
    private final LoginThrottle guesses =
            new LoginThrottle(
                    JamesSessionFactory.Doorkeeping.GUESSES,
                    client -> refusals.add(RefusalSums.Kind.SUBMISSION_LOGIN, client));
    private final CredentialRegistry credentialRegistry;
    private final List<Setting> started;
    private volatile Current current;
    private final InstantSource clock = InstantSource.system();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<SubmissionListener> listeners = new ArrayList<>();
    private final Admission connections = new Admission();
    private final List<String> secrets = new ArrayList<>();
    private final Store store;
    private final MailLog mailLog;
    private final DiskWatch disk;
    private final MailIds ids;
    private final DsnSender notices;
    private final Later<NettyConnector> connector;
    private final Queue queue;
    private final Submission submission;
    private final TrackingHosts trackingHosts;
    private final TrackerServer tracker;
    private final AdminServer admin;
    private final Recorder recorder;
    private final TrackerCounters hits = TrackerCounters.zero();
    private final TokenKeys keys;
    private final FeedbackFigures returned = FeedbackFigures.zero();
    private final Optional<FeedbackListener> feedback;
    private final TlsMemory tls;
    private final Router router;
    private final BounceSpikeWatch doubts;

    /**
     * What a reload swaps, made whole before any of it is in use. At a start the rules are read
     * behind the first greeting.
     */
    private record Current(
            SettingsResult.Good read,
            DkimSigner signer,
            Later<BounceClassifier> rules,
            Later<DispositionPolicy> decisions,
            Later<RobotRules> readers) {
        Settings settings() {
            return read.settings();
        }

        BounceClassifier classifier() {
            return rules.get();
        }

        DispositionPolicy policy() {
            return decisions.get();
        }

        RobotRules robots() {
            return readers.get();
        }

        /** Makes what was put off. */
        Current whole() {
            DispositionPolicy _ = policy();
            RobotRules _ = robots();
            return this;
        }
    }

    private Server(
            SettingsResult.Good read,
            Supplier<SettingsResult> file,
            Function<SettingsResult.Good, Preflight.Findings> look,
            Outside outside)
            throws IOException {
        Settings settings = read.settings();
        this.current = current(read);
        this.started = read.listed();
        this.reload = new Reloading(file, this::settings, look, this::swap);
        this.submissionTrace = new Trace(clock);
        this.deliveryTrace = new Trace(clock);
        Logging.apply(settings.logging());
        try {
            this.first = new FirstStart(settings.dataDir());
            DescriptorNeeds.of(settings).shortage(Descriptors.ofThisProcess()).ifPresent(log::warn);
            MailLoops loops = part(new MailLoops());
            this.disk =
                    new DiskWatch(
                            settings.dataDir(),
                            settings.store().minFreeSpace().bytes(),
                            settings.store().minFreeInodes());
            this.store =
                    part(
                            Store.open(
                                    new Store.Options(
                                            settings.dataDir(),
                                            Math.toIntExact(settings.store().segmentSize().bytes()),
                                            outside.disk())));
            this.mailLog = part(newMailLog(outside.standardOutput()));
            this.keys =
                    new TokenKeys(settings.dataDir().resolve("keys"), first.keyring(clock), clock);
            this.recorder =
                    part(
                            new Recorder(
                                    store.journal(),
                                    new HitPolicy(
                                            () -> current.robots(),
                                            tokens ->
                                                    TrackerWiring.standings(
                                                            settings(), store.views(), tokens)),
                                    TrackerWiring.refusals(store, clock),
                                    clock));
            this.ids = newIds();
            this.notices = part(newNotices());
            this.tls = new TlsMemory(clock, this::record, store.views().hosts());
            this.router = newRouter();
            this.connector = new Later<>(() -> connector(loops));
            this.queue = part(newQueue());
            this.submission = newSubmission();
            this.credentialRegistry = part(newSubmitters());
            Later<LiveCertificate> certificate = new Later<>(this::certificate);
            submissionListeners(loops, certificate);
            // A message can be taken from here on; everything below needs seconds, and no client
            // that hands one in needs it.
            LiveCertificate _ = certificate.get();
            current.whole();
            NettyConnector _ = connector.get();
            this.trackingHosts =
                    new TrackingHosts(settings.tracker(), () -> first.files(settings()));
            this.tracker = part(newTracker(part(newTrackerLoops())));
            this.doubts = part(newDoubts());
            this.feedback = newFeedback(loops, certificate.get());
            this.admin = part(newAdmin());
            queue.start();
            store.keep(this::retention, clock);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything; when this returns, it runs.
     *
     * @throws IOException when an address is taken or the data directory cannot be used; it says
     *     which
     */
    public static Server start(SettingsResult.Good settings) throws IOException {
        return start(settings, Outside.NOBODY);
    }

    /** The same on a disk of the caller's making. */
    static Server start(SettingsResult.Good settings, FileOpener disk) throws IOException {
        return start(settings, new Outside(disk, OutputStream.nullOutputStream()));
    }

    /** The same, with a reader of its standard output. */
    public static Server start(SettingsResult.Good settings, Outside outside) throws IOException {
        return new Server(
                settings,
                () -> settings,
                _ -> new Preflight.Findings(List.of(), List.of()), // it names no file
                outside);
    }

    /** The same, with settings that a reload reads again. */
    public static Server start(SettingsResult.Good settings, Path file) throws IOException {
        return start(settings, file, Outside.NOBODY);
    }

    /** The same, with a reader of its standard output. */
    public static Server start(SettingsResult.Good settings, Path file, Outside outside)
            throws IOException {
        return new Server(
                settings,
                () -> SettingsReader.ofThisProcess().read(file),
                read -> Preflight.of(read, file, Instant.now()),
                outside);
    }

    /**
     * What a server meets of the machine.
     *
     * @param standardOutput where the mail log goes with {@code logging.mail: stdout}
     */
    public record Outside(FileOpener disk, OutputStream standardOutput) {
        /** Within a program that has a use of its own for its standard output. */
        static final Outside NOBODY =
                new Outside(FileOpener.real(), OutputStream.nullOutputStream());

        /** A process that is the server. */
        public static Outside ofThisProcess() {
            // Not System.out: who waits there for a reader would keep all others from printing.
            return new Outside(FileOpener.real(), new FileOutputStream(FileDescriptor.out));
        }
    }

    private static Current current(SettingsResult.Good read) {
        Settings settings = read.settings();
        Later<BounceClassifier> rules =
                new Later<>(() -> new BounceClassifier(RulesFile.load(settings.rules())));
        return new Current(
                read,
                signer(settings),
                rules,
                new Later<>(
                        () ->
                                new DispositionPolicy(
                                        rules.get(),
                                        new RetrySchedule(settings.delivery().retry()))),
                new Later<>(() -> TrackerWiring.robots(settings.rules().robots())));
    }

    private void swap(SettingsResult.Good read) {
        Settings next = read.settings();
        Current made = current(read).whole();
        List<CredentialSettings> credentials;
        try {
            credentials = first.credentials(next).known();
        } catch (IOException e) {
            throw new UncheckedIOException("read the credentials: " + e.getMessage(), e);
        }
        try {
            trackingHosts.configure(next.tracker());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "use the certificates of tracker.hosts: " + e.getMessage(), e);
        }
        current = made;
        credentialRegistry.configure(credentials);
        Logging.apply(next.logging());
    }

    /** Reads the configuration file again. */
    public Reload.Outcome reload() {
        return reload.reload();
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    private MailLog newMailLog(OutputStream standardOutput) {
        return new MailLog(
                store,
                settings().dataDir(),
                () -> settings().logging(),
                standardOutput,
                refusals,
                clock);
    }

    private Queue newQueue() throws IOException {
        return Queue.of(
                new Queue.Dependencies(
                        new JournalQueueStore(store),
                        terrain(),
                        pools(),
                        presets(),
                        new RuledOutcomePolicy(
                                () -> current.policy(), this::maxAge, RandomGenerator.getDefault()),
                        new TrackedRenderer(copyTools(), clock),
                        notices,
                        settings().delivery().maxConnections()),
                clock);
    }

    /** Appends without waiting: what cannot be written is learnt again. */
    private void record(Event event) {
        CompletableFuture<Void> _ =
                store.journal()
                        .append(List.of(new JournalEntry.Happened(event)))
                        .handle(
                                (_, failure) -> {
                                    if (failure != null) {
                                        log.warn("failed to record {}", event, failure);
                                    }
                                    return null;
                                });
    }

    private Router newRouter() throws IOException {
        Settings settings = settings();
        return new Router(
                DnsResolver.of(settings),
                Set.of(settings.hostname()),
                new AddressPolicy(settings.delivery().allowNetworks()),
                RandomGenerator.getDefault(),
                Ticker.systemTicker());
    }

    private NettyConnector connector(MailLoops loops) {
        try {
            return new NettyConnector(loops.group(), loops.client(), deliveryTrace);
        } catch (IOException e) {
            throw new UncheckedIOException("prepare TLS of deliveries: " + e.getMessage(), e);
        }
    }

    private HostWalk.Terrain terrain() throws IOException {
        Settings settings = settings();
        return new HostWalk.Terrain(
                router,
                (host, to, source, options, listener) ->
                        connector.get().connect(host, to, source, options, listener),
                new HostMemory(Ticker.systemTicker()),
                tls,
                settings.delivery().port(),
                HostWalk.tls(settings.delivery().tls()));
    }

    private Pools pools() {
        List<EgressSource> sources =
                settings().sources().stream()
                        .map(
                                source ->
                                        new EgressSource(
                                                source.name(),
                                                source.address(),
                                                source.ehlo(),
                                                source.weight()))
                        .toList();
        return new Pools(
                sources, settings().pools().stream().map(pool -> pool(pool, sources)).toList());
    }

    private static Pool pool(PoolSettings pool, List<EgressSource> sources) {
        return new Pool(
                pool.name(),
                sources.stream().filter(s -> pool.sources().contains(s.name())).toList(),
                Set.copyOf(pool.credentials()),
                Set.copyOf(pool.campaigns()));
    }

    private ShapingPresets presets() {
        return settings()
                .delivery()
                .shaping()
                .orElseGet(
                        () ->
                                ShapingReader.shipped()
                                        .withDefaultConnections(
                                                settings().delivery().connections()));
    }

    private Duration maxAge(String credential) {
        return settings().credentials().stream()
                .filter(known -> known.user().equals(credential))
                .findFirst()
                .flatMap(CredentialSettings::maxAge)
                .orElse(settings().delivery().maxAge());
    }

    /** What a queue that is being closed, or is not yet there, is told is pending after a start. */
    private void enqueue(List<QueuedRecipient> recipients) {
        queue.accept(recipients);
    }

    /** Loops of its own: what strangers do there must not be felt where mail is sent. */
    private static TrackerLoops newTrackerLoops() {
        TrackerLoops.Transport transport = TrackerLoops.Transport.cheapest();
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        log.info("the tracker runs on {}, event loops: {}", transport, loops);
        return new TrackerLoops(transport, loops);
    }

    private TrackerServer newTracker(TrackerLoops loops) throws IOException {
        TrackerSettings settings = settings().tracker();
        return TrackerServer.open(
                TrackerWiring.listeners(settings, trackingHosts),
                TrackerWiring.limits(settings),
                new TrackerDependencies(
                        keys::seal,
                        recorder,
                        clock,
                        hits,
                        client -> refusals.add(RefusalSums.Kind.LINK, client)),
                loops);
    }

    private Supplier<TrackedRenderer.Tools> copyTools() {
        Settings settings = settings();
        Optional<Domain> returnPath = settings.feedback().map(FeedbackSettings::returnPathDomain);
        Domain hostname = new Domain(settings.hostname());
        return () ->
                new TrackedRenderer.Tools(
                        settings().tracking().baseUrl().toString(),
                        keys.seal(),
                        current.signer(),
                        returnPath,
                        hostname,
                        linkRules(settings()));
    }

    /** Which links are rewritten. */
    public static LinkRules linkRules(Settings settings) {
        TrackingSettings tracking = settings.tracking();
        return new LinkRules(tracking.sensitiveLinks(), tracking.textLinks());
    }

    /** The signer of the configured keys, and of those made in the data directory. */
    public static DkimSigner signer(Settings settings) {
        try {
            return new DkimSigner(new DkimKeyFiles(settings.dataDir()).signing(settings.dkim()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private MailIds newIds() {
        return new MailIds(
                settings().node(),
                store.views().messages(Optional.empty(), 1).stream()
                        .map(row -> row.accepted().message())
                        .findFirst()
                        .orElse(new MailId(0)));
    }

    private DsnSender newNotices() {
        return new DsnSender(
                store,
                settings().hostname(),
                () -> settings().notices(),
                this::maxAge,
                () -> ids.next(clock.instant()),
                this::enqueue,
                clock);
    }

    private Submission newSubmission() {
        return new Submission(store, ids, clock, this::submissionRules, this::enqueue, disk::isLow);
    }

    private Submission.Rules submissionRules() {
        Settings now = settings();
        return new Submission.Rules(
                now.hostname(), now.submission().maxMessageSize().bytes(), now.tracking().mode());
    }

    private SubmissionListener.Limits submissionLimits() {
        SubmissionSettings now = settings().submission();
        return new SubmissionListener.Limits(
                new SmtpSession.Rules(
                        now.requireAuth(),
                        now.requireTlsForAuth(),
                        now.trustLoopback(),
                        now.maxRecipients()),
                now.maxConnections(),
                now.maxConnectionsPerClient());
    }

    private CredentialRegistry newSubmitters() throws IOException {
        Settings settings = settings();
        FirstStart.Credentials credentials = first.credentials(settings);
        credentials
                .printed()
                .ifPresent(
                        password ->
                                secrets.add(
                                        "submission user app, password "
                                                + password
                                                + " (kept in "
                                                + settings.dataDir().resolve("credentials/app")
                                                + ")"));
        return new CredentialRegistry(credentials.known(), first.madeCredentials(), clock);
    }

    /** That of the settings; makes one where there is none. */
    private LiveCertificate certificate() {
        try {
            first.certificate(settings());
            return new LiveCertificate(() -> first.files(settings()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void submissionListeners(MailLoops loops, Later<LiveCertificate> certificate)
            throws IOException {
        AddressParser addresses = new AddressParser(new IcuDomains());
        JamesSessionFactory sessions =
                new JamesSessionFactory(
                        submission,
                        credentialRegistry::known,
                        new JamesSessionFactory.Doorkeeping(
                                guesses,
                                clock,
                                new AddressPolicy(settings().delivery().allowNetworks())),
                        new PathReader(addresses));
        SubmissionListener.Shared shared =
                new SubmissionListener.Shared(
                        sessions,
                        submission,
                        this::submissionLimits,
                        () -> certificate.get().get(),
                        credentialRegistry::trusted,
                        submissionTrace);
        for (ListenerSettings listener : settings().submission().listeners()) {
            listeners.add(
                    part(
                            SubmissionListener.open(
                                    listener.address().toSocketAddress(),
                                    switch (listener.tls()) {
                                        case NONE -> SubmissionListener.Security.NONE;
                                        case STARTTLS -> SubmissionListener.Security.STARTTLS;
                                        case IMPLICIT -> SubmissionListener.Security.IMPLICIT;
                                    },
                                    proxy(listener),
                                    shared,
                                    connections,
                                    loops.group(),
                                    loops.server())));
        }
    }

    /** Listens for returned mail, where a return-path of ours is configured. */
    private Optional<FeedbackListener> newFeedback(MailLoops loops, LiveCertificate certificate)
            throws IOException {
        Settings settings = settings();
        if (settings.feedback().isEmpty()) {
            return Optional.empty();
        }
        FeedbackSettings at = settings.feedback().get();
        BounceProcessor desk =
                new BounceProcessor(store, () -> current.classifier(), keys::seal, clock, returned);
        ReturnedMailReceiver returnedMailReceiver =
                new ReturnedMailReceiver(
                        settings.hostname(),
                        at.returnPathDomain(),
                        new PathReader(new AddressParser(new IcuDomains())),
                        desk);
        return Optional.of(
                part(
                        FeedbackListener.open(
                                at.listen().toSocketAddress(),
                                returnedMailReceiver,
                                certificate,
                                loops.group(),
                                loops.server())));
    }

    private BounceSpikeWatch newDoubts() {
        return new BounceSpikeWatch(
                store.journal(),
                () -> new StoredTimelines(store.views()).latestRulings(REMEMBERED_ANSWERS),
                store.folded(),
                clock);
    }

    private static SubmissionListener.Proxy proxy(ListenerSettings listener) {
        return listener.proxyProtocol()
                ? new SubmissionListener.Proxy.From(
                        address ->
                                listener.trustedProxies().stream()
                                        .anyMatch(network -> network.contains(address)))
                : new SubmissionListener.Proxy.None();
    }

    private AdminServer newAdmin() throws IOException {
        AdminAccounts.createFirst(settings(), clock.instant())
                .ifPresent(
                        password ->
                                secrets.add(
                                        "admin user "
                                                + AdminAccounts.FIRST
                                                + ", password "
                                                + password));
        Telemetry telemetry = part(newTelemetry());
        return AdminServer.start(
                new AdminParts(
                        this::settings,
                        inForce(),
                        store,
                        clock,
                        new QueueAdapter(queue),
                        credentialRegistry,
                        keys,
                        ruleDesk(),
                        new CachedSetupCheck(this::settings, clock),
                        new TraceAdapter(submissionTrace, deliveryTrace),
                        reload,
                        newAlerts(),
                        telemetry::scrape,
                        this::readiness,
                        client -> refusals.add(RefusalSums.Kind.ADMIN_LOGIN, client)));
    }

    private Telemetry newTelemetry() {
        QueueMeters ofQueue = new QueueMeters(queue);
        return new Telemetry(
                List.of(
                        ofQueue,
                        new OutcomeMeters(queue.counters()),
                        new SubmissionMeters(submission, connections),
                        new RoutingMeters(router, tls),
                        new StoreMeters(store, settings().store().segmentSize().bytes()),
                        new DiskMeters(disk),
                        new TrackerMeters(recorder, hits, tracker.connections()),
                        new FeedbackMeters(returned, doubts),
                        new MailLogMeters(mailLog),
                        new CertificateMeters(this::settings, clock)),
                ofQueue::refresh);
    }

    private AlertEvaluator newAlerts() {
        return new AlertEvaluator(
                new AlertEvaluator.Parts(
                        this::settings,
                        store,
                        disk,
                        doubts,
                        recorder,
                        tracker.connections(),
                        router::trouble,
                        tls::inClear,
                        () -> current.robots(),
                        mailLog::lag),
                clock);
    }

    private RuleTester ruleDesk() {
        return new RuleTester() {
            @Override
            public Optional<Ruling> classify(String stage, String reply) {
                return Arrays.stream(Stage.values())
                        .filter(known -> known.name().equalsIgnoreCase(stage))
                        .findFirst()
                        .map(at -> current.classifier().classify(at, Optional.empty(), reply))
                        .map(
                                ruling ->
                                        new Ruling(
                                                ruling.meaning().key(),
                                                ruling.category().key(),
                                                ruling.rule()));
            }

            @Override
            public Trial dryRun(String yaml, Instant since) throws BadRules {
                try {
                    BounceRules rules =
                            yaml.isEmpty()
                                    ? current.classifier().rules()
                                    : RulesFile.parse(yaml, "rules on trial");
                    return RulesTrial.run(store.views(), rules, since);
                } catch (RulesFile.Bad e) {
                    throw new BadRules(String.join("; ", e.problems()), e);
                }
            }

            @Override
            public Trial dryRunRobots(String yaml, Instant since) throws BadRules {
                try {
                    RobotRules rules = yaml.isEmpty() ? current.robots() : RobotRules.read(yaml);
                    return RobotsTrial.run(store.views(), rules, since);
                } catch (IllegalArgumentException e) {
                    throw new BadRules(String.valueOf(e.getMessage()), e);
                }
            }
        };
    }

    private Retention retention() {
        RetentionSettings kept = settings().retention();
        return new Retention(
                kept.bodies(), kept.bodiesSize().bytes(), kept.timelines(), kept.history());
    }

    private Readiness readiness() {
        List<String> problems = new ArrayList<>();
        store.journal().stopped().ifPresent(problems::add);
        if (Thread.getDefaultUncaughtExceptionHandler() instanceof LostThreads threads) {
            threads.problem().ifPresent(problems::add);
        }
        if (disk.isLow()) {
            problems.add(
                    "the disk of "
                            + settings().dataDir()
                            + " is nearly full: new messages have to wait");
        }
        return new Readiness(
                problems,
                store.isCatchingUp()
                        ? List.of(
                                "statuses are late: hits that were recorded before the start are"
                                        + " being folded")
                        : List.of());
    }

    /** Those in force. */
    public Settings settings() {
        return current.settings();
    }

    /** The same as a list, with what waits for a restart. */
    EffectiveSettings inForce() {
        return new SettingsInForce(started, () -> current.read().listed());
    }

    public Store store() {
        return store;
    }

    public Queue queue() {
        return queue;
    }

    public Submission submission() {
        return submission;
    }

    /** Where mail can be handed in, in the order of the settings. */
    public List<InetSocketAddress> submissionAddresses() {
        return listeners.stream().map(SubmissionListener::address).toList();
    }

    /** Where returned mail comes to; empty when no return-path is configured. */
    public Optional<InetSocketAddress> feedbackAddress() {
        return feedback.map(FeedbackListener::address);
    }

    /** Where the UI is. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** Where readers come to in the clear. */
    public InetSocketAddress trackerAddress() {
        return trackerAddresses().getFirst();
    }

    /** Where readers come to, in the order of the settings: {@code listen}, then the listeners. */
    public List<InetSocketAddress> trackerAddresses() {
        return tracker.addresses();
    }

    /** What was made at this start and must be told once. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others must be closed all the same; what is on disk is whole at any moment.
                log.warn("failed to close {}: {}", part.getClass().getSimpleName(), e.getMessage());
            }
        }
    }
}
