package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.ShapingPresets;
import facteur.config.SitePreset;
import facteur.config.unit.Network;
import facteur.config.unit.Rate;
import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.outcome.Disposition;
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
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Router;
import facteur.mta.simulation.ModelledSite;
import facteur.testkit.receiver.ReceiverModel;
import facteur.testkit.receiver.ReceiverModels;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * How much of what a site would take we send: a backlog of half an hour of ideal sending is offered
 * at once, and goodput is the time of an ideal client, who knows the site, over ours, up to the
 * 98th percentile of the good recipients. The dialogue, the rules, the retry schedule and the
 * shaping law are the real ones; time is not.
 */
class GoodputTest {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
    private static final double SHARE = 0.98;
    private static final int PER_SECOND = 20;
    private static final int CONNECTIONS = 10;
    private static final int MOST = 1_800 * 10;
    private static final int NEW_CONNECTIONS_A_MINUTE = 100;
    private static final ReceiverModel.Client CLIENT =
            new ReceiverModel.Client(
                    PER_SECOND,
                    CONNECTIONS,
                    NEW_CONNECTIONS_A_MINUTE / 60.0,
                    Duration.ofMinutes(5));

    private static final SitePreset PRESET =
            new SitePreset(
                    "default",
                    List.of(),
                    5,
                    CONNECTIONS,
                    OptionalInt.empty(),
                    100,
                    new Rate(PER_SECOND, Duration.ofSeconds(1)),
                    new Rate(NEW_CONNECTIONS_A_MINUTE, Duration.ofMinutes(1)),
                    Duration.ofSeconds(10),
                    Optional.empty());

    private static final DispositionPolicy POLICY =
            new DispositionPolicy(
                    new BounceClassifier(BounceRulesReader.shipped()),
                    new RetrySchedule(
                            List.of(
                                    Duration.ofMinutes(5),
                                    Duration.ofMinutes(10),
                                    Duration.ofMinutes(20),
                                    Duration.ofMinutes(40),
                                    Duration.ofMinutes(80),
                                    Duration.ofMinutes(160),
                                    Duration.ofHours(4))));

    /** What came of one run. */
    private record Run(
            String model,
            double goodput,
            double lastGoodput,
            double deferralsEach,
            double triesEach,
            long softBounces) {}

    @Test
    void what_a_site_takes_leaves_at_once() {
        measure(2);
    }

    @Test
    @Tag("long")
    void what_a_site_takes_leaves_at_once_whatever_the_seed() {
        measure(20);
    }

    private static void measure(int seeds) {
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (long seed = 1; seed <= seeds; seed++) {
            for (int kind = 0; kind < ReceiverModels.all(new Random(seed)).size(); kind++) {
                Run run = run(kind, seed);
                runs.computeIfAbsent(run.model(), _ -> new ArrayList<>()).add(run);
            }
        }
        runs.forEach((model, all) -> System.out.println(line(model, all)));
        runs.forEach(
                (model, all) -> {
                    boolean silent = model.equals("10 a second, 450 beyond");
                    double median = median(all);
                    assertTrue(median >= (silent ? 0.80 : 0.90), () -> line(model, all));
                    assertEquals(0, all.stream().mapToLong(Run::softBounces).sum(), model);
                });
    }

    private static double median(List<Run> runs) {
        double[] sorted = runs.stream().mapToDouble(Run::goodput).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static String line(String model, List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "%-32s goodput %.2f (worst %.2f, last recipient %.2f), deferrals/message %.3f,"
                        + " transactions/message %.3f",
                model,
                median(runs),
                runs.stream().mapToDouble(Run::goodput).min().orElseThrow(),
                runs.stream().mapToDouble(Run::lastGoodput).min().orElseThrow(),
                runs.stream().mapToDouble(Run::deferralsEach).average().orElseThrow(),
                runs.stream().mapToDouble(Run::triesEach).average().orElseThrow());
    }

    private static Run run(int kind, long seed) {
        Random random = new Random(seed);
        ReceiverModel model = ReceiverModels.all(random).get(kind).get();
        VirtualOwner time = new VirtualOwner(START);
        MemoryQueueStore store = new MemoryQueueStore(model.name() + ", seed " + seed);
        ModelledSite site = new ModelledSite(time, model);
        Router router =
                new Router(
                        new HostsOf(model.hosts()),
                        Set.of(),
                        new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
                        random,
                        time::nanos);
        Queue queue =
                Queue.on(
                        new QueueDependencies(
                                store,
                                new HostWalk.Terrain(
                                        router,
                                        site,
                                        new HostMemory(time::nanos),
                                        new TlsMemory(
                                                InstantSource.fixed(START), _ -> {}, List.of()),
                                        25,
                                        SessionOptions.Tls.OFFERED),
                                new Pools(
                                        List.of(
                                                new EgressSource(
                                                        "a", Optional.empty(), "out.example", 1)),
                                        List.of()),
                                new ShapingPresets("1", PRESET, List.of()),
                                new RuledOutcomePolicy(
                                        () -> POLICY, _ -> Duration.ofDays(5), random),
                                QueueSimulationTest::copy,
                                (_, _, _) -> {},
                                20_000),
                        time,
                        Runnable::run);
        queue.start();
        int messages = messages(model);
        MailIds ids = new MailIds(1, new MailId(0));
        for (int i = 0; i < messages; i++) {
            queue.accept(
                    store.accept(
                            ids.next(START),
                            "app",
                            "spring",
                            List.of(new Address("r" + i, new Domain("site.example")))));
        }
        while (store.settled < messages && time.step(START.plus(Duration.ofDays(10)))) {
            // each step runs one task
        }
        assertEquals(messages, store.settled, model.name() + ": all are settled");
        long[] done = new long[messages];
        int good = 0;
        long soft = 0;
        long deferrals = 0;
        for (int i = 0; i < store.rulings.size(); i++) {
            DeliveryEvent.Ruled ruled = store.rulings.get(i);
            deferrals += ruled.disposition() instanceof Disposition.Deferred ? 1 : 0;
            soft += ruled.disposition() instanceof Disposition.SoftBounce ? 1 : 0;
            if (ruled.disposition() instanceof Disposition.Delivered
                    && model.isGood(store.address(i))) {
                done[good++] = Duration.between(START, ruled.at()).toMillis();
            }
        }
        Arrays.sort(done, 0, good);
        double ideal = ideal(model, good, SHARE);
        return new Run(
                model.name(),
                ideal / done[(int) (good * SHARE) - 1],
                ideal(model, good, 1) / done[good - 1],
                (double) deferrals / messages,
                (double) site.transactions() / messages,
                soft);
    }

    private static double ideal(ReceiverModel model, int messages, double share) {
        return model.ideal(messages, share, CLIENT).toMillis();
    }

    /** Half an hour of ideal sending, or what is enough to tell. */
    private static int messages(ReceiverModel model) {
        double hour = ideal(model, 7_200, 1) / 1e3;
        return (int) Math.min(MOST, Math.max(9_000, 7_200 / hour * 1_800));
    }

    /** Hosts with an address each. */
    private record HostsOf(int count) implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            List<Mx> hosts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                hosts.add(new Mx(10 + i, "mx" + i + "." + domain));
            }
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(hosts, Duration.ofHours(1)));
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(
                            List.of(InetAddress.ofLiteral("127.0.1." + (1 + host.charAt(2) - '0'))),
                            Duration.ofHours(1)));
        }
    }
}
