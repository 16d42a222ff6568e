package facteur.server;

import com.github.benmanes.caffeine.cache.Ticker;

import facteur.config.FeedbackSettings;
import facteur.config.ListenerSettings;
import facteur.config.PoolSettings;
import facteur.config.Settings;
import facteur.config.ShapingPresets;
import facteur.config.SubmissionSettings;
import facteur.config.access.Admission;
import facteur.config.access.LoginThrottle;
import facteur.config.icu.IcuDomains;
import facteur.config.read.ServerLocation;
import facteur.config.read.ShapingReader;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.netty.NettyConnector;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pool;
import facteur.mta.egress.Pools;
import facteur.mta.feedback.BounceProcessor;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.feedback.FeedbackFigures;
import facteur.mta.feedback.ReturnBudget;
import facteur.mta.feedback.ReturnedMailDialogue;
import facteur.mta.notice.DsnSender;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueDependencies;
import facteur.mta.queue.record.JournalQueueStore;
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.session.TrackedRenderer;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.james.SubmissionDialogue;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Router;
import facteur.mta.routing.dnsjava.DnsResolver;
import facteur.mta.smtpd.PathReader;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.smtpd.netty.SmtpListener;
import facteur.mta.smtpd.netty.SmtpService;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;
import facteur.server.local.LocalSpool;
import facteur.server.maillog.RefusalSums;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Mail in, mail out: submission, the queue with its deliveries, and returned mail. */
final class MtaPart {
    private static final Logger log = LoggerFactory.getLogger(MtaPart.class);

    // Read again at a start: what sites used to answer, to notice when they change.
    private static final int REMEMBERED_ANSWERS = 20_000;

    private final ActiveConfiguration configuration;
    private final FirstStart first;
    private final Store store;
    private final TokenKeys keys;
    private final DiskWatch disk;
    private final PartStack parts;
    private final Consumer<String> secrets;
    private final InstantSource clock;
    private final LoginThrottle guesses;
    private final Trace submissionTrace;
    private final Trace deliveryTrace;
    private final AddressParser addresses = new AddressParser(new IcuDomains());
    private final Admission connections = new Admission();
    private final FeedbackFigures returned = FeedbackFigures.zero();
    private final List<SmtpListener> listeners = new ArrayList<>();
    private final MailLoops loops;
    private final MailIds ids;
    private final DsnSender notices;
    private final TlsMemory tls;
    private final Router router;
    private final Later<NettyConnector> connector;
    private final Queue queue;
    private final Submission submission;
    private final CredentialRegistry credentialRegistry;
    private final Later<LiveCertificate> certificate = new Later<>(this::certificate);

    private MtaPart(Foundation on, MailLoops loops) throws IOException {
        this.configuration = on.configuration();
        this.first = on.first();
        this.store = on.store();
        this.keys = on.keys();
        this.disk = on.disk();
        this.parts = on.parts();
        this.secrets = on.secrets();
        this.clock = on.clock();
        this.loops = loops;
        this.guesses =
                new LoginThrottle(
                        JamesSessionFactory.Doorkeeping.GUESSES,
                        client -> on.refusals().add(RefusalSums.Kind.SUBMISSION_LOGIN, client));
        this.submissionTrace = new Trace(clock);
        this.deliveryTrace = new Trace(clock);
        this.ids = newIds();
        this.notices = parts.add(newNotices());
        this.tls = new TlsMemory(clock, this::record, store.views().queue().hosts());
        this.router = newRouter();
        this.connector = new Later<>(this::newConnector);
        this.queue = parts.add(newQueue());
        this.submission = newSubmission();
        this.credentialRegistry = parts.add(newSubmitters());
    }

    /**
     * Everything but what needs seconds: from here on mail is taken, and stored.
     *
     * @param loops of all connections that carry mail
     * @throws IOException when an address is taken; it says which
     */
    static MtaPart open(Foundation on, MailLoops loops) throws IOException {
        MtaPart part = new MtaPart(on, loops);
        part.submissionListeners();
        return part;
    }

    /** Makes what was put off: certificate, rules, TLS of deliveries. */
    void complete() {
        LiveCertificate _ = certificate.get();
        configuration.complete();
        NettyConnector _ = connector.get();
    }

    private Queue newQueue() throws IOException {
        return Queue.of(
                new QueueDependencies(
                        new JournalQueueStore(store),
                        terrain(),
                        pools(),
                        presets(),
                        new RuledOutcomePolicy(
                                configuration::policy,
                                configuration::maxAge,
                                RandomGenerator.getDefault()),
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

    private NettyConnector newConnector() {
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

    /** What a queue that is being closed, or is not yet there, is told is pending after a start. */
    private void enqueue(List<QueuedRecipient> recipients) {
        queue.accept(recipients);
    }

    private Supplier<TrackedRenderer.Tools> copyTools() {
        Settings settings = settings();
        Optional<Domain> returnPath = settings.feedback().map(FeedbackSettings::returnPathDomain);
        Domain hostname = new Domain(settings.hostname());
        return () ->
                new TrackedRenderer.Tools(
                        settings().tracking().baseUrl().toString(),
                        keys.seal(),
                        configuration.signer(),
                        returnPath,
                        hostname,
                        ActiveConfiguration.linkRulesOf(settings()));
    }

    private MailIds newIds() {
        return new MailIds(
                settings().node(),
                store.views().messages().page(Optional.empty(), 1).stream()
                        .map(row -> row.accepted().message())
                        .findFirst()
                        .orElse(new MailId(0)));
    }

    private DsnSender newNotices() {
        return new DsnSender(
                store,
                settings().hostname(),
                () -> settings().notices(),
                configuration::maxAge,
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

    private SmtpSession.Rules sessionRules() {
        SubmissionSettings now = settings().submission();
        return new SmtpSession.Rules(
                now.requireAuth(),
                now.requireTlsForAuth(),
                now.trustLoopback(),
                now.maxRecipients());
    }

    private Admission.Limits submissionLimits() {
        SubmissionSettings now = settings().submission();
        return new Admission.Limits(now.maxConnections(), now.maxConnectionsPerClient());
    }

    private CredentialRegistry newSubmitters() throws IOException {
        Settings settings = settings();
        FirstStart.Credentials credentials = first.credentials(settings);
        credentials
                .printed()
                .ifPresent(
                        password ->
                                secrets.accept(
                                        "submission user app, password "
                                                + password
                                                + " (kept in "
                                                + settings.dataDir().resolve("credentials/app")
                                                + ")"));
        return new CredentialRegistry(credentials.known(), first.madeCredentials(), clock);
    }

    /** A side entrance: where it cannot be opened, the others are open all the same. */
    void openSpool() {
        try {
            LocalSpool _ =
                    parts.add(
                            LocalSpool.open(
                                    ServerLocation.of(settings()).spool(),
                                    new LocalSpool.Parts(
                                            submission,
                                            credentialRegistry::local,
                                            () -> settings().submission().maxRecipients(),
                                            () -> settings().submission().maxMessageSize().bytes(),
                                            addresses)));
        } catch (IOException e) {
            log.warn(
                    "mail that programs of this machine leave is not taken: {}; see"
                            + " submission.spool",
                    e.getMessage());
        }
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

    private void submissionListeners() throws IOException {
        JamesSessionFactory sessions =
                new JamesSessionFactory(
                        submission,
                        credentialRegistry::known,
                        new JamesSessionFactory.Doorkeeping(
                                guesses,
                                clock,
                                new AddressPolicy(settings().delivery().allowNetworks())),
                        new PathReader(addresses));
        SmtpService service =
                new SmtpService(
                        "submissions",
                        new SubmissionDialogue.Factory(
                                sessions,
                                submission,
                                this::sessionRules,
                                credentialRegistry::trusted),
                        connections,
                        this::submissionLimits,
                        () -> certificate.get().get(),
                        Timeouts.SUBMISSION,
                        submissionTrace);
        for (ListenerSettings listener : settings().submission().listeners()) {
            listeners.add(
                    parts.add(
                            SmtpListener.open(
                                    listener.address().toSocketAddress(),
                                    switch (listener.tls()) {
                                        case NONE -> SmtpService.Security.NONE;
                                        case STARTTLS -> SmtpService.Security.STARTTLS;
                                        case IMPLICIT -> SmtpService.Security.IMPLICIT;
                                    },
                                    proxy(listener),
                                    service,
                                    loops.group(),
                                    loops.server())));
        }
    }

    /** Listens for returned mail, where a return-path of ours is configured. */
    Optional<SmtpListener> openFeedback() throws IOException {
        Settings settings = settings();
        if (settings.feedback().isEmpty()) {
            return Optional.empty();
        }
        FeedbackSettings at = settings.feedback().get();
        BounceProcessor processor =
                new BounceProcessor(store, configuration::classifier, keys::seal, clock, returned);
        ReturnedMailDialogue.Factory receiver =
                new ReturnedMailDialogue.Factory(
                        settings.hostname(),
                        at.returnPathDomain(),
                        new PathReader(addresses),
                        processor,
                        new ReturnBudget(ReturnBudget.Limits.DEFAULTS),
                        parts.add(
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("feedback-", 0).factory())));
        SmtpService service =
                new SmtpService(
                        "returned mail",
                        receiver,
                        new Admission(),
                        () -> ReturnedMailDialogue.Factory.LIMITS,
                        certificate.get(),
                        Timeouts.RETURNED_MAIL,
                        submissionTrace);
        return Optional.of(
                parts.add(
                        SmtpListener.open(
                                at.listen().toSocketAddress(),
                                SmtpService.Security.STARTTLS,
                                new SmtpListener.Proxy.None(),
                                service,
                                loops.group(),
                                loops.server())));
    }

    BounceSpikeWatch newSpikeWatch() {
        return new BounceSpikeWatch(
                store.journal(),
                () ->
                        new StoredTimelines(store.views().messages())
                                .latestRulings(REMEMBERED_ANSWERS),
                store.folded(),
                clock);
    }

    private static SmtpListener.Proxy proxy(ListenerSettings listener) {
        return listener.proxyProtocol()
                ? new SmtpListener.Proxy.From(
                        address ->
                                listener.trustedProxies().stream()
                                        .anyMatch(network -> network.contains(address)))
                : new SmtpListener.Proxy.None();
    }

    private Settings settings() {
        return configuration.settings();
    }

    Queue queue() {
        return queue;
    }

    Submission submission() {
        return submission;
    }

    CredentialRegistry credentials() {
        return credentialRegistry;
    }

    /** Of applications. */
    Admission connections() {
        return connections;
    }

    FeedbackFigures returned() {
        return returned;
    }

    TlsMemory tls() {
        return tls;
    }

    Router router() {
        return router;
    }

    Trace submissionTrace() {
        return submissionTrace;
    }

    Trace deliveryTrace() {
        return deliveryTrace;
    }

    /** Where mail can be handed in, in the order of the settings. */
    List<InetSocketAddress> addresses() {
        return listeners.stream().map(SmtpListener::address).toList();
    }
}
