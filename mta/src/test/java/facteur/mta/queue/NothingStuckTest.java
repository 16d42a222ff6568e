package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.ShapingReader;
import facteur.config.unit.Network;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.Domain;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.suppression.Suppression;
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
import facteur.mta.queue.owner.VirtualOwner;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Router;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;
import facteur.testkit.time.Seeds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Whatever fails, each recipient is pending with a time that comes, or settled, once: store,
 * journal, renderer, rules, notices, resolver, network and the wall clock fail at random for half
 * an hour. Then all is well again, and everybody must be settled.
 */
class NothingStuckTest {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
    private static final Duration TROUBLE = Duration.ofMinutes(30);
    private static final List<String> KINDS =
            List.of(
                    "accept",
                    "refuse",
                    "grey",
                    "vanish",
                    "narrow",
                    "few",
                    "tired",
                    "late",
                    "limited",
                    "rated",
                    "drops",
                    "swallows");
    private static final int MESSAGES = 400;

    @Test
    void nobody_is_stranded_whatever_fails() {
        long seed = Seeds.fromProperty().random().nextLong();
        for (long each = seed; each < seed + 10; each++) {
            new Trial(each).run();
        }
    }

    @Test
    @Tag("long")
    void nobody_is_stranded_whatever_fails_many_times() {
        for (long seed = 1; seed <= 1_000; seed++) {
            new Trial(seed).run();
        }
    }

    /** One queue with everything about it failing now and then. */
    private static final class Trial {
        private final long seed;
        private final Random random;
        private final VirtualOwner time = new VirtualOwner(START);
        private final MemoryQueueStore store;
        private final SimulatedSites sites;
        private final Queue queue;
        private int failures;

        Trial(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.store = new MemoryQueueStore("seed " + seed);
            this.sites = new SimulatedSites(time, random);
            time.forgive();
            Router router =
                    new Router(
                            new FailingResolver(),
                            Set.of(),
                            new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
                            random,
                            time::nanos);
            this.queue =
                    Queue.on(
                            new QueueDependencies(
                                    new FailingStore(),
                                    new HostWalk.Terrain(
                                            router,
                                            (host, to, source, options, listener) -> {
                                                sometimes("connector");
                                                sites.connect(host, to, source, options, listener);
                                            },
                                            new HostMemory(time::nanos),
                                            new TlsMemory(
                                                    InstantSource.fixed(START), _ -> {}, List.of()),
                                            25,
                                            SessionOptions.Tls.OFFERED),
                                    new Pools(
                                            List.of(
                                                    new EgressSource(
                                                            "a",
                                                            Optional.empty(),
                                                            "out.example",
                                                            1)),
                                            List.of()),
                                    ShapingReader.shipped(),
                                    new FailingPolicy(),
                                    (message, recipients, host) -> {
                                        sometimes("renderer");
                                        return QueueSimulationTest.copy(message, recipients, host);
                                    },
                                    (_, _, _) -> sometimes("notices"),
                                    100),
                            time,
                            Runnable::run);
        }

        private boolean isTrouble() {
            return time.now().isBefore(START.plus(TROUBLE));
        }

        private boolean fails() {
            boolean now = isTrouble() && random.nextInt(10) == 0;
            failures += now ? 1 : 0;
            return now;
        }

        private void sometimes(String what) {
            if (fails()) {
                throw new IllegalStateException("the " + what + " fails");
            }
        }

        void run() {
            queue.start();
            MailIds ids = new MailIds(1, new MailId(0));
            int accepted = 0;
            for (int i = 0; i < MESSAGES; i++) {
                String domain = KINDS.get(i % KINDS.size()) + "-" + i % 60 + ".example";
                List<Address> to = new ArrayList<>();
                for (int r = 0; r <= random.nextInt(4); r++) {
                    to.add(new Address("r" + i + "x" + r, new Domain(domain)));
                }
                accepted += to.size();
                queue.accept(store.accept(ids.next(START), "app", "spring", to));
            }
            for (int minute = 1; minute < TROUBLE.toMinutes(); minute += 7) {
                Duration week = Duration.ofDays(random.nextInt(15) - 7);
                time.at(START.plus(Duration.ofMinutes(minute)), () -> time.setWall(week));
            }
            int owed = accepted;
            Instant end = START.plus(Duration.ofDays(4));
            while (store.settled < owed && time.step(end)) {
                // each step runs one task
            }
            assertEquals(
                    owed,
                    store.settled,
                    () -> "seed " + seed + ", " + time.failed + " tasks failed: " + left());
            assertEquals(0, sites.takenTwice, "seed " + seed + ": delivered twice");
            assertTrue(failures > 100, "seed " + seed + ": " + failures + " failures");
            long ours =
                    store.rulings.stream()
                            .filter(ruled -> ruled.disposition().isFinal())
                            .filter(ruled -> isOurs(ruled.disposition()))
                            .count();
            assertEquals(0, ours, "seed " + seed + ": given up for a fault of ours");
        }

        private String left() {
            CompletableFuture<List<Explanation>> asked = queue.explain(store.messageIds());
            while (!asked.isDone() && time.step(time.now())) {
                // until the queue answers
            }
            return asked.join().toString();
        }

        private static boolean isOurs(Disposition disposition) {
            return disposition
                            instanceof Disposition.SoftBounce(_, Evidence.Failed(_, Fault fault, _))
                    && (fault == Fault.RENDERING_FAILED || fault == Fault.MESSAGE_LOST);
        }

        /** Rules that fail. */
        private final class FailingPolicy implements OutcomePolicy {
            private final OutcomePolicy real =
                    new RuledOutcomePolicy(() -> POLICY, _ -> Duration.ofDays(3), new Random(seed));

            @Override
            public Judgement rule(Evidence evidence, Circumstances circumstances) {
                sometimes("policy");
                return real.rule(evidence, circumstances);
            }

            @Override
            public Instant giveUpAt(String credential, Instant acceptedAt) {
                return real.giveUpAt(credential, acceptedAt);
            }

            @Override
            public Duration maxAge() {
                return real.maxAge();
            }

            @Override
            public Duration longestPause() {
                return real.longestPause();
            }
        }

        /** A resolver that is silent, throws, or says that it does not know. */
        private final class FailingResolver implements Resolver {
            @Override
            public CompletableFuture<Answer<Mx>> mx(String domain) {
                if (fails()) {
                    return switch (random.nextInt(4)) {
                        case 0 -> CompletableFuture.completedFuture(new Answer.Silent<>("silent"));
                        case 1 ->
                                CompletableFuture.completedFuture(new Answer.Failed<>("SERVFAIL"));
                        case 2 ->
                                CompletableFuture.failedFuture(
                                        new IllegalStateException("the resolver fails"));
                        default -> throw new IllegalStateException("the resolver throws");
                    };
                }
                return CompletableFuture.completedFuture(
                        new Answer.Found<>(List.of(new Mx(10, domain)), Duration.ofMinutes(1)));
            }

            @Override
            public CompletableFuture<Answer<InetAddress>> addresses(String host) {
                return CompletableFuture.completedFuture(
                        fails()
                                ? new Answer.Silent<>("silent")
                                : new Answer.Found<>(
                                        List.of(
                                                InetAddress.ofLiteral(
                                                        "127.1.0."
                                                                + Math.floorMod(
                                                                        host.hashCode(), 250))),
                                        Duration.ofMinutes(1)));
            }
        }

        /** A store that refuses for now, throws, and cannot read. */
        private final class FailingStore implements QueueStore {
            @Override
            public List<RecipientId> owed(MailId message, int limit) {
                return store.owed(message, limit);
            }

            @Override
            public List<PendingRecipient> pending(Optional<RecipientId> after) {
                sometimes("views");
                return store.pending(after);
            }

            @Override
            public List<OperatorEvent.Held> held() {
                return store.held();
            }

            @Override
            public List<OperatorEvent.Moved> moved() {
                return store.moved();
            }

            @Override
            public List<ShapingEvent> paths() {
                return store.paths();
            }

            @Override
            public CompletableFuture<Position> record(List<Event> events) {
                if (fails()) {
                    if (random.nextBoolean()) {
                        throw new IllegalStateException("the journal throws");
                    }
                    return CompletableFuture.failedFuture(
                            new IOException("100000 others wait already"));
                }
                CompletableFuture<Position> recorded = new CompletableFuture<>();
                time.at(
                        time.now().plusMillis(1 + random.nextInt(20)),
                        () -> recorded.complete(store.record(events).join()));
                return recorded;
            }

            @Override
            public String lastReply(RecipientId recipient) {
                return "";
            }

            @Override
            public Optional<String> stopped() {
                return Optional.empty();
            }

            @Override
            public Optional<Journal.StoredMessage> message(MailId id, Position hint)
                    throws IOException {
                if (fails()) {
                    throw new IOException("the disk fails");
                }
                return store.message(id, hint);
            }

            @Override
            public Optional<Suppression> suppression(
                    AddressKey address, String credential, boolean isCampaignMail, Instant now) {
                sometimes("suppressions");
                return store.suppression(address, credential, isCampaignMail, now);
            }

            @Override
            public void suppress(AddressKey address, Suppression entry, Position recorded) {
                sometimes("suppressions");
                store.suppress(address, entry, recorded);
            }
        }
    }

    private static final DispositionPolicy POLICY =
            new DispositionPolicy(
                    new BounceClassifier(BounceRulesReader.shipped()),
                    new RetrySchedule(
                            List.of(
                                    Duration.ofMinutes(5),
                                    Duration.ofMinutes(10),
                                    Duration.ofMinutes(20),
                                    Duration.ofHours(4))));
}
