package facteur.mta.simulation;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.access.LoginThrottle;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.config.read.ShapingReader;
import facteur.config.unit.Network;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Keyring;
import facteur.mail.token.TokenSeal;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.RetrySchedule;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pools;
import facteur.mta.queue.Explanation;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueDependencies;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.JournalQueueStore;
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.queue.session.TrackedRenderer;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.james.SubmissionDialogue;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Router;
import facteur.mta.smtpd.PathReader;
import facteur.mta.submission.KnownCredentials;
import facteur.mta.submission.Submission;
import facteur.store.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The parts of a node that handle mail, put together as a server does, on one thread. Whoever owns
 * it calls {@link #look} after each event, which has the journal written and folded when something
 * waits for it.
 */
final class SimulatedNode {
    static final Duration MAX_AGE = Duration.ofDays(40);

    private static final AddressPolicy EVERYWHERE_HERE =
            new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow()));
    private static final DispositionPolicy POLICY =
            new DispositionPolicy(
                    new BounceClassifier(BounceRulesReader.shipped()),
                    new RetrySchedule(
                            List.of(
                                    Duration.ofMinutes(5),
                                    Duration.ofMinutes(20),
                                    Duration.ofHours(1),
                                    Duration.ofHours(4))));
    private static final TokenSeal SEAL =
            new TokenSeal(Keyring.create(Instant.EPOCH, new SecureRandom()));
    private static final KnownCredentials CREDENTIALS =
            new KnownCredentials(
                    List.of(CredentialSettings.unrestricted("app", new Secret("not asked for"))),
                    new Argon2id(),
                    Runnable::run);

    private final Machine machine;
    private final Owner loop;
    private final Store store;
    private final SubmissionDialogue.Factory dialogues;
    private final Supplier<Duration> diskTime;
    private final Consumer<String> trace;
    private @Nullable Queue queue;
    private boolean writing;
    private boolean folding;

    /**
     * What a node meets.
     *
     * @param diskTime what the next sync takes
     * @param halt after it the disk is not touched any more
     */
    record Surroundings(
            Store.Options data,
            InstantSource clock,
            Resolver resolver,
            Connector network,
            RandomGenerator random,
            Supplier<Duration> diskTime,
            Runnable halt,
            Consumer<String> trace) {}

    SimulatedNode(Machine machine, Surroundings in) throws IOException {
        this.machine = machine;
        this.loop = machine.loop();
        this.diskTime = in.diskTime();
        this.trace = in.trace();
        this.store =
                Store.idle(
                        in.data(),
                        spare -> loop.at(loop.now().plusMillis(in.random().nextInt(500)), spare));
        try {
            this.dialogues = parts(in);
        } catch (RuntimeException e) {
            in.halt().run();
            store.close();
            throw e;
        }
    }

    private SubmissionDialogue.Factory parts(Surroundings in) {
        MailIds ids =
                new MailIds(
                        1,
                        store.views().messages().page(Optional.empty(), 1).stream()
                                .map(row -> row.accepted().message())
                                .findFirst()
                                .orElse(new MailId(0)));
        queue = queue(in);
        Submission submission =
                new Submission(
                        store,
                        ids,
                        in.clock(),
                        () -> new Submission.Rules("node.example", 4L << 20, TrackingMode.OFF),
                        Objects.requireNonNull(queue)::accept,
                        () -> false);
        queue.start();
        return new SubmissionDialogue.Factory(
                new JamesSessionFactory(
                        submission,
                        () -> CREDENTIALS,
                        new JamesSessionFactory.Doorkeeping(
                                new LoginThrottle(JamesSessionFactory.Doorkeeping.GUESSES),
                                in.clock(),
                                EVERYWHERE_HERE),
                        new PathReader(AddressParser.ascii())),
                submission,
                () -> new SmtpSession.Rules(true, false, true, 100),
                () -> CREDENTIALS.of("app"));
    }

    private Queue queue(Surroundings in) {
        Owner owner = machine.queue();
        java.util.function.LongSupplier nanos =
                () -> Duration.between(Instant.EPOCH, owner.now()).toNanos();
        return Queue.on(
                new QueueDependencies(
                        new JournalQueueStore(store),
                        new HostWalk.Terrain(
                                new Router(
                                        in.resolver(),
                                        Set.of("node.example"),
                                        EVERYWHERE_HERE,
                                        in.random(),
                                        nanos::getAsLong),
                                in.network(),
                                new HostMemory(nanos::getAsLong),
                                new TlsMemory(in.clock(), _ -> {}, store.views().queue().hosts()),
                                25,
                                SessionOptions.Tls.OFFERED),
                        new Pools(
                                List.of(new EgressSource("a", Optional.empty(), "out.example", 1)),
                                List.of()),
                        ShapingReader.shipped(),
                        new RuledOutcomePolicy(() -> POLICY, _ -> MAX_AGE, in.random()),
                        new TrackedRenderer(
                                () ->
                                        new TrackedRenderer.Tools(
                                                "https://t.send.example",
                                                SEAL,
                                                DkimSigner.NONE,
                                                Optional.empty(),
                                                new Domain("node.example"),
                                                LinkRules.DEFAULT),
                                in.clock()),
                        (_, _, _) -> {},
                        50),
                owner,
                Runnable::run);
    }

    MemoryConnection connect(MemoryConnection.Client client) {
        return new MemoryConnection(loop, dialogues, client);
    }

    Store store() {
        return store;
    }

    /** Has done what the threads of journal and views would be woken for. */
    void look() {
        if (!writing && store.journal().pendingOctets() > 0) {
            writing = true;
            loop.at(loop.now().plus(diskTime.get()), this::write);
        }
        if (!folding && store.folded().compareTo(store.journal().durable()) < 0) {
            folding = true;
            loop.at(loop.now().plusMillis(50), this::fold);
        }
    }

    private void write() {
        writing = false;
        boolean wrote = store.writeTurn();
        if (!wrote && store.journal().waitsForRoom()) {
            writing = true;
            loop.at(loop.now().plusSeconds(1), this::write);
        }
    }

    private void fold() {
        folding = false;
        try {
            boolean _ = store.foldTurn();
        } catch (IOException e) {
            trace.accept("folding failed: " + e);
        }
    }

    /** Why those wait that are owed a delivery. */
    CompletableFuture<List<Explanation>> explain() {
        return Objects.requireNonNull(queue)
                .explain(
                        store.views().queue().pending(Optional.empty(), 100).stream()
                                .map(found -> found.id().message())
                                .collect(Collectors.toSet()));
    }

    /** Whether nothing waits for journal or views, and nobody for a delivery. */
    boolean isQuiet() {
        return store.journal().pendingOctets() == 0
                && store.folded().compareTo(store.journal().durable()) == 0
                && store.views().queue().pending(Optional.empty(), 1).isEmpty();
    }
}
