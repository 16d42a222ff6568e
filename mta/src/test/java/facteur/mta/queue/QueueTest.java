package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.ShapingReader;
import facteur.config.unit.Network;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.suppression.Suppression;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pools;
import facteur.mta.queue.owner.VirtualOwner;
import facteur.mta.queue.record.JournalQueueStore;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.session.MessageRenderer;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Router;
import facteur.mta.shaping.PathSignal;
import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The queue with a real journal, in virtual time, and sites that refuse, hang up, vanish and are
 * narrow.
 */
class QueueTest {
    private static final long SEED = 20260302;
    private static final List<String> SITES =
            List.of("accept", "vanish", "tired", "narrow", "refuse", "late");
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
    private static final int EACH = 100;
    private static final BounceClass WHY = new BounceClass(BounceCategory.UNKNOWN, "test");

    private static final MessageFacts FACTS =
            new MessageFacts(
                    Optional.empty(),
                    "",
                    "",
                    "",
                    List.of(),
                    Optional.empty(),
                    Map.of(),
                    Tracking.OFF,
                    false,
                    List.of());

    @TempDir Path directory;

    /** What the journal says of each recipient, in order. */
    private final Map<RecipientId, List<DeliveryEvent.Ruled>> rulings = new HashMap<>();

    private final Map<RecipientId, Address> owed = new HashMap<>();
    private final List<List<Event>> appends = new ArrayList<>();

    private final VirtualOwner time = new VirtualOwner(START);
    private final SimulatedSites sites = new SimulatedSites(time, new Random(SEED));

    @Test
    void every_recipient_is_settled_once_whatever_the_sites_do() throws Exception {
        try (Store store = Store.open(Store.Options.of(directory))) {
            Queue queue = queue(store);
            queue.start();
            submit(store, queue::accept);
            runUntilSettled(queue);
            read(store);
            assertEquals(owed.keySet(), rulings.keySet());
            rulings.forEach(QueueTest::assertSettledOnce);
            assertTrue(sites.most() <= 10, "the limit of a path holds");
        }
        ofSite("tired")
                .forEach(
                        rulings ->
                                assertEquals(
                                        1,
                                        rulings.size(),
                                        "a host that hangs up between messages costs no attempt"));
        ofSite("refuse")
                .forEach(
                        rulings -> assertEquals(1, rulings.size(), "a refusal is not tried again"));
    }

    @Test
    void how_a_copy_was_made_is_told_once_beside_the_outcome_of_the_first_that_a_host_was_given()
            throws Exception {
        try (Store store = Store.open(Store.Options.of(directory))) {
            Queue queue = queue(store);
            queue.start();
            submit(store, queue::accept);
            runUntilSettled(queue);
        }
        Set<RecipientId> met = new HashSet<>();
        for (List<Event> append : appends) {
            Set<RecipientId> first =
                    append.stream()
                            .flatMap(QueueTest::rulings)
                            .filter(ruled -> ruled.hop().isPresent())
                            .map(DeliveryEvent.Ruled::recipient)
                            .filter(met::add)
                            .collect(Collectors.toSet());
            List<DeliveryEvent.Rendered> told =
                    append.stream()
                            .filter(DeliveryEvent.Rendered.class::isInstance)
                            .map(DeliveryEvent.Rendered.class::cast)
                            .toList();
            assertEquals(
                    first,
                    told.stream()
                            .map(DeliveryEvent.Rendered::recipient)
                            .collect(Collectors.toSet()));
            assertEquals(first.size(), told.size(), append::toString);
            told.forEach(event -> assertEquals(3, event.links()));
        }
        assertEquals(owed.keySet(), met);
        long again =
                appends.stream()
                        .flatMap(List::stream)
                        .flatMap(QueueTest::rulings)
                        .filter(ruled -> ruled.hop().isEmpty() || ruled.attempt() > 1)
                        .count();
        assertTrue(again > EACH / 4, again + " tries again, before and behind a host");
    }

    private static Stream<DeliveryEvent.Ruled> rulings(Event event) {
        return event instanceof DeliveryEvent.Ruled ruled ? Stream.of(ruled) : Stream.empty();
    }

    @Test
    void what_was_pending_at_the_end_is_sent_after_a_restart() throws Exception {
        try (Store store = Store.open(Store.Options.of(directory))) {
            // Accepted, and never handed to a queue: as if the power had failed.
            submit(store, _ -> {});
        }
        try (Store store = Store.open(Store.Options.of(directory))) {
            Queue queue = queue(store);
            queue.start();
            runUntilSettled(queue);
            read(store);
            assertEquals(owed.keySet(), rulings.keySet());
            rulings.forEach(QueueTest::assertSettledOnce);
        }
    }

    private void runUntilSettled(Queue queue) {
        while (settled(queue) < (long) EACH * SITES.size()) {
            assertTrue(time.step(START.plus(Duration.ofDays(1))), "all are settled in a day");
        }
    }

    private static void assertSettledOnce(
            RecipientId recipient, List<DeliveryEvent.Ruled> rulings) {
        long endings = rulings.stream().filter(r -> r.disposition().isFinal()).count();
        assertEquals(1, endings, () -> "seed " + SEED + ", " + recipient + ": " + rulings);
        assertTrue(rulings.getLast().disposition().isFinal(), () -> "seed " + SEED);
        for (int i = 0; i < rulings.size(); i++) {
            assertEquals(i + 1, rulings.get(i).attempt(), "attempts are counted");
        }
    }

    private List<List<DeliveryEvent.Ruled>> ofSite(String site) {
        return rulings.entrySet().stream()
                .filter(e -> address(e.getKey()).domain().name().startsWith(site))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Address address(RecipientId recipient) {
        return java.util.Objects.requireNonNull(owed.get(recipient));
    }

    private static long settled(Queue queue) {
        return queue.counters().outcomes().entrySet().stream()
                .filter(e -> !e.getKey().equals("deferred"))
                .mapToLong(e -> e.getValue().sum())
                .sum();
    }

    private void read(Store store) throws Exception {
        store.journal()
                .read(
                        Position.START,
                        Integer.MAX_VALUE,
                        (_, event) -> {
                            if (event instanceof DeliveryEvent.Ruled ruled) {
                                rulings.computeIfAbsent(ruled.recipient(), _ -> new ArrayList<>())
                                        .add(ruled);
                            }
                        });
    }

    private void submit(Store store, Consumer<List<QueuedRecipient>> queue) {
        MailIds ids = new MailIds(1, new MailId(0));
        for (int i = 0; i < EACH; i++) {
            for (String site : SITES) {
                Address to =
                        AddressParser.ascii()
                                .address("r" + i + "@" + site + ".example")
                                .orElseThrow();
                SubmissionEvent.Accepted accepted = accepted(ids.next(START), to);
                Position position =
                        store.journal()
                                .append(
                                        List.of(
                                                new JournalEntry.Message(
                                                        accepted,
                                                        List.of(),
                                                        new byte[] {'x', '\r', '\n'})))
                                .join()
                                .getFirst();
                owed.put(accepted.message().recipient(0), to);
                queue.accept(QueuedRecipient.of(accepted, position));
            }
        }
    }

    private static SubmissionEvent.Accepted accepted(MailId id, Address to) {
        return new SubmissionEvent.Accepted(
                id,
                id.at(),
                "app",
                "127.0.0.1",
                Envelope.of(new ReversePath.Null(), List.of(Recipient.of(to))),
                FACTS,
                Handling.ORDINARY,
                3);
    }

    private Queue queue(Store store) {
        return Queue.on(
                new QueueDependencies(
                        new Joined(new JournalQueueStore(store), appends),
                        terrain(),
                        new Pools(
                                List.of(new EgressSource("a", Optional.empty(), "out.example", 1)),
                                List.of()),
                        ShapingReader.shipped(),
                        new ShortTries(),
                        QueueTest::copy,
                        (_, _, _) -> {},
                        1000),
                time,
                Runnable::run);
    }

    private HostWalk.Terrain terrain() {
        Router router =
                new Router(
                        new OneHostEach(),
                        Set.of(),
                        new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
                        new Random(SEED),
                        time::nanos);
        return new HostWalk.Terrain(
                router,
                sites,
                new HostMemory(time::nanos),
                new TlsMemory(InstantSource.fixed(Instant.EPOCH), _ -> {}, List.of()),
                25,
                SessionOptions.Tls.OFFERED);
    }

    /** Waits for the disk: in virtual time everything happens on one thread. */
    private record Joined(JournalQueueStore store, List<List<Event>> appends)
            implements QueueStore {
        @Override
        public CompletableFuture<Position> record(List<Event> events) {
            appends.add(events);
            return CompletableFuture.completedFuture(store.record(events).join());
        }

        @Override
        public List<RecipientId> owed(MailId message, int limit) {
            return store.owed(message, limit);
        }

        @Override
        public List<PendingRecipient> pending(Optional<RecipientId> after) {
            return store.pending(after);
        }

        @Override
        public String lastReply(RecipientId recipient) {
            return store.lastReply(recipient);
        }

        @Override
        public Optional<String> stopped() {
            return store.stopped();
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
        public Optional<Journal.StoredMessage> message(MailId id, Position hint)
                throws IOException {
            return store.message(id, hint);
        }

        @Override
        public Optional<Suppression> suppression(
                AddressKey address, String credential, boolean isCampaignMail, Instant now) {
            return store.suppression(address, credential, isCampaignMail, now);
        }

        @Override
        public void suppress(AddressKey address, Suppression entry, Position recorded) {
            store.suppress(address, entry, recorded);
        }
    }

    /** Each domain is its own host. */
    private static final class OneHostEach implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(List.of(new Mx(10, domain)), Duration.ofHours(1)));
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(
                            List.of(InetAddress.ofLiteral("127.0.0.1")), Duration.ofHours(1)));
        }
    }

    /** Refusals end it, all else is tried again in a moment. */
    private static final class ShortTries implements OutcomePolicy {
        @Override
        public Judgement rule(Evidence evidence, Circumstances circumstances) {
            if (evidence instanceof Evidence.Answered(_, var reply) && reply.code() != 421) {
                return Judgement.of(
                        reply.isPositive()
                                ? new Disposition.Delivered(evidence)
                                : new Disposition.SoftBounce(WHY, evidence));
            }
            return new Judgement(
                    new Disposition.Deferred(WHY, evidence, circumstances.now().plusSeconds(30)),
                    evidence instanceof Evidence.Answered
                            ? new PathSignal.TooManyConnections(evidence.toString())
                            : new PathSignal.Unrelated(),
                    false,
                    Optional.empty(),
                    false,
                    false);
        }

        @Override
        public Instant giveUpAt(String credential, Instant acceptedAt) {
            return acceptedAt.plus(maxAge());
        }

        @Override
        public Duration maxAge() {
            return Duration.ofDays(3);
        }

        @Override
        public Duration longestPause() {
            return Duration.ofDays(1);
        }
    }

    private static MessageRenderer.Made copy(
            Journal.StoredMessage message, List<QueuedRecipient> recipients, Connector.Offer host) {
        return new MessageRenderer.Made(
                new Transaction(
                        new ReversePath.Null(),
                        List.of(Recipient.of(recipients.getFirst().address())),
                        3,
                        false,
                        Optional.empty(),
                        MailOptions.NONE,
                        Optional.empty()),
                message.content(),
                Optional.of(new MessageRenderer.Marking.Done(3, true)));
    }
}
