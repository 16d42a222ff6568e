package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.ShapingReader;
import facteur.config.unit.Network;
import facteur.config.yaml.YamlFile;
import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.queue.WaitReason;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.RetrySchedule;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pools;
import facteur.mta.queue.owner.VirtualOwner;
import facteur.mta.queue.record.RuledOutcomePolicy;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.session.MessageRenderer;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Router;
import facteur.store.journal.Journal;
import facteur.testkit.time.Seeds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The queue, the shaper, the shipped rules and presets and the shipped retry schedule against
 * thousands of sites in virtual time. What must hold is checked as it happens, see {@link
 * MemoryQueueStore}.
 */
class QueueSimulationTest {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
    private static final List<String> KINDS =
            List.of(
                    "accept", "refuse", "grey", "stall", "vanish", "narrow", "dead", "slow",
                    "rated", "few", "listed", "tired", "late", "limited");
    private static final DispositionPolicy POLICY = policy(BounceRulesReader.shipped());

    private static DispositionPolicy policy(BounceRules rules) {
        return new DispositionPolicy(
                new BounceClassifier(rules),
                new RetrySchedule(
                        List.of(
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(10),
                                Duration.ofMinutes(20),
                                Duration.ofMinutes(40),
                                Duration.ofMinutes(80),
                                Duration.ofMinutes(160),
                                Duration.ofHours(4))));
    }

    /** One town of sites with a queue towards it. */
    private static final class Town {
        final VirtualOwner time = new VirtualOwner(START);
        final MemoryQueueStore ledger;
        final SimulatedSites sites;
        final Queue queue;
        final MailIds ids = new MailIds(1, new MailId(0));
        int owed;

        Town(long seed, List<EgressSource> sources) {
            this(seed, sources, POLICY);
        }

        Town(long seed, List<EgressSource> sources, DispositionPolicy policy) {
            ledger = new MemoryQueueStore("seed " + seed);
            Random random = new Random(seed);
            sites = new SimulatedSites(time, random);
            Router router =
                    new Router(
                            new OneHostEach(),
                            Set.of(),
                            new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
                            random,
                            time::nanos);
            queue =
                    Queue.on(
                            new QueueDependencies(
                                    ledger,
                                    new HostWalk.Terrain(
                                            router,
                                            sites,
                                            new HostMemory(time::nanos),
                                            new TlsMemory(
                                                    InstantSource.fixed(START), _ -> {}, List.of()),
                                            25,
                                            SessionOptions.Tls.OFFERED),
                                    new Pools(sources, List.of()),
                                    ShapingReader.shipped(),
                                    new RuledOutcomePolicy(
                                            () -> policy, _ -> Duration.ofDays(3), random),
                                    QueueSimulationTest::copy,
                                    (_, _, _) -> {},
                                    20_000),
                            time,
                            Runnable::run);
            queue.start();
        }

        MailId submit(String campaign, List<Address> recipients) {
            owed += recipients.size();
            MailId id = ids.next(time.now());
            queue.accept(ledger.accept(id, "app", campaign, recipients));
            return id;
        }

        Explanation explain(MailId id) {
            CompletableFuture<List<Explanation>> asked = queue.explain(Set.of(id));
            while (!asked.isDone()) {
                assertTrue(time.step(time.now()), "the queue answers");
            }
            return asked.join().getFirst();
        }

        void runUntil(Instant end) {
            while (ledger.settled < owed && time.step(end)) {
                // each step runs one task
            }
        }

        long deferrals() {
            return ledger.rulings.stream()
                    .filter(r -> r.disposition() instanceof Disposition.Deferred)
                    .count();
        }
    }

    private static final List<EgressSource> ONE =
            List.of(new EgressSource("a", Optional.empty(), "out.example", 1));
    private static final List<EgressSource> TWO =
            List.of(
                    new EgressSource(
                            "a", Optional.of(InetAddress.ofLiteral("127.0.0.2")), "a.example", 3),
                    new EgressSource(
                            "b", Optional.of(InetAddress.ofLiteral("127.0.0.3")), "b.example", 1));

    @Test
    void thousands_of_sites() {
        Seeds seeds = Seeds.fromProperty();
        thousandsOfSites(seeds.random().nextLong());
    }

    @Test
    @Tag("long")
    void thousands_of_sites_many_times() {
        for (long seed = 1; seed <= 50; seed++) {
            thousandsOfSites(seed);
        }
    }

    private static void thousandsOfSites(long seed) {
        Town town = new Town(seed, TWO);
        Random random = new Random(seed);
        for (int site = 0; site < 2200; site++) {
            String domain = KINDS.get(site % KINDS.size()) + "-" + site + ".example";
            for (int message = 0; message < 3; message++) {
                int recipients = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1;
                List<Address> to = new ArrayList<>();
                for (int r = 0; r < recipients; r++) {
                    to.add(new Address("r" + message + "x" + r, new Domain(domain)));
                }
                town.submit(random.nextBoolean() ? "spring" : "", to);
            }
        }
        town.runUntil(START.plus(Duration.ofDays(5)));
        String about = "seed " + seed;
        assertEquals(town.owed, town.ledger.settled, about + ": everybody is settled");
        assertTrue(town.sites.most() <= 2 * 10, about + ": the presets hold");
        for (DeliveryEvent.Ruled ruled : town.ledger.rulings) {
            String site = ruled.hop().map(DeliveryEvent.Hop::site).orElse("");
            if (!site.isEmpty() && SimulatedSites.kind(site).equals("accept")) {
                assertTrue(
                        ruled.disposition() instanceof Disposition.Delivered
                                && ruled.at().isBefore(START.plusSeconds(60)),
                        about + ": a good site waits for nobody: " + ruled);
            }
            if (!site.isEmpty() && SimulatedSites.kind(site).equals("listed")) {
                assertTrue(
                        !(ruled.disposition() instanceof Disposition.SoftBounce),
                        about + ": what one source may not send, the other does: " + ruled);
            }
        }
        // A host that stalls at the final dot may have taken the message; nobody else gets two.
        assertEquals(0, town.sites.takenTwice, about);
        System.out.printf(
                "%s: %d recipients at 2200 sites settled in %s of virtual time, %d transactions,"
                        + " %d deferrals%n",
                about,
                town.owed,
                Duration.between(START, town.time.now()),
                town.sites.transactions,
                town.deferrals());
    }

    @Test
    void a_site_that_bears_five_connections_defers_a_sixth_at_most() {
        Town town = new Town(5, ONE);
        int messages = 6000;
        for (int i = 0; i < messages; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("narrow.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(1)));
        assertEquals(messages, town.ledger.settled);
        System.out.printf(
                "narrow site: %d of %d deferred, all delivered after %s%n",
                town.deferrals(), messages, Duration.between(START, town.time.now()));
        assertTrue(town.deferrals() * 6 <= messages, town.deferrals() + " deferred");
    }

    @Test
    void a_site_that_asks_for_less_gets_less_and_the_event_says_why() {
        Town town = new Town(6, ONE);
        int messages = 2000;
        for (int i = 0; i < messages; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("rated.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(3)));
        assertEquals(messages, town.ledger.settled);
        assertTrue(
                town.ledger.shaped.stream()
                        .anyMatch(
                                event ->
                                        event instanceof ShapingEvent.Slowed slowed
                                                && slowed.cause().contains("rate limit")),
                town.ledger.shaped::toString);
        System.out.printf(
                "rated site: %d deferrals for %d messages, done after %s%n",
                town.deferrals(), messages, Duration.between(START, town.time.now()));
    }

    @Test
    void a_refusal_that_is_about_the_site_slows_every_source_down() {
        String rules =
                """
                version: "1"
                categories: { rate_limited: { about: site } }
                providers: {}
                by_text:
                  - { id: rated, category: rate_limited, text: ['rate limit'], effect: { slow: 30m } }
                """;
        BounceRules own =
                switch (BounceRulesReader.read(rules, "own.yaml")) {
                    case YamlFile.Read.Good<BounceRules>(var good, var _) -> good;
                    case YamlFile.Read.Bad<BounceRules>(var problems) ->
                            throw new AssertionError(problems);
                };
        Town town = new Town(8, TWO, policy(own));
        for (int i = 0; i < 200; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("rated.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(3)));
        assertEquals(200, town.ledger.settled);
        List<ShapingEvent.Slowed> slowed =
                town.ledger.shaped.stream()
                        .filter(ShapingEvent.Slowed.class::isInstance)
                        .map(ShapingEvent.Slowed.class::cast)
                        .toList();
        List<ShapingEvent.Slowed> first =
                slowed.stream().filter(s -> s.at().equals(slowed.getFirst().at())).toList();
        assertEquals(
                List.of("a", "b"),
                first.stream().map(ShapingEvent.Slowed::source).sorted().toList(),
                "one reply, both sources");
        assertTrue(first.getLast().cause().contains("rate limit"), first::toString);
    }

    @Test
    void after_a_host_failed_midway_the_others_of_its_site_come_first() {
        Town town = new Town(9, ONE);
        int messages = 200;
        for (int i = 0; i < messages; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("pair.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(1)));
        Duration took = Duration.between(START, town.time.now());
        assertEquals(messages, town.ledger.settled);
        assertTrue(town.deferrals() <= 10, town.deferrals() + " deferred");
        assertTrue(
                took.compareTo(Duration.ofMinutes(7)) < 0,
                () -> "the second try met the other host, after " + took);
    }

    @Test
    void what_one_host_cannot_take_goes_to_the_next_at_once_and_the_rest_stays_with_the_first() {
        Town town = new Town(12, TWO);
        int messages = 60;
        for (int i = 0; i < messages; i++) {
            String local = (i % 3 == 0 ? "eight" : "r") + i;
            town.submit("spring", List.of(new Address(local, new Domain("half.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(1)));
        assertEquals(messages, town.ledger.settled);
        for (int i = 0; i < town.ledger.rulings.size(); i++) {
            DeliveryEvent.Ruled ruled = town.ledger.rulings.get(i);
            boolean eight = town.ledger.address(i).startsWith("eight");
            assertTrue(ruled.disposition() instanceof Disposition.Delivered, ruled::toString);
            assertEquals(1, ruled.attempt(), "to ask the next host is no attempt");
            assertEquals(
                    eight ? "accept-b.half.example" : "seven-a.half.example",
                    ruled.hop().orElseThrow().host());
            assertEquals(
                    town.ledger.rulings.getFirst().hop().orElseThrow().site(),
                    ruled.hop().orElseThrow().site(),
                    "one site to whoever looks at it");
        }
        assertEquals(messages / 3, town.sites.met.size(), "each is offered to the first once");
        CompletableFuture<QueueSnapshot> shown = town.queue.snapshot();
        while (!shown.isDone()) {
            assertTrue(town.time.step(town.time.now()), "the queue answers");
        }
        List<String> rows =
                shown.join().destinations().stream().map(d -> d.site() + d.source()).toList();
        assertEquals(rows.stream().distinct().toList(), rows, "no path is shown twice");
    }

    @Test
    void a_look_at_the_queue_costs_a_thousand_rows_however_much_waits() {
        Town town = new Town(14, ONE);
        town.queue.hold(
                new OperatorEvent.Held("campaign:spring", true, START, "anne", "wrong price"));
        for (int i = 0; i < 2_500; i++) {
            Domain domain = new Domain("d" + i + ".example");
            town.submit("spring", List.of(new Address("a", domain), new Address("b", domain)));
        }
        town.submit(
                "spring",
                List.of("a", "b", "c").stream()
                        .map(local -> new Address(local, new Domain("most.example")))
                        .toList());
        CompletableFuture<QueueSnapshot> shown = town.queue.snapshot();
        while (!shown.isDone()) {
            assertTrue(town.time.step(town.time.now()), "the queue answers");
        }
        QueueSnapshot snapshot = shown.join();
        assertEquals(5_003, snapshot.held());
        assertEquals(1_000, snapshot.destinations().size());
        assertEquals(1_501, snapshot.more());
        assertEquals("most.example", snapshot.destinations().getFirst().site());
        assertEquals(3, snapshot.destinations().getFirst().held());
        assertEquals(
                "held",
                snapshot.destinations().getFirst().reason().map(WaitReason::key).orElse(""));
    }

    @Test
    void what_no_host_can_take_bounces_at_once_and_names_them() {
        Town town = new Town(13, ONE);
        town.submit("", List.of(new Address("eight", new Domain("sevens.example"))));
        town.submit("", List.of(new Address("eight", new Domain("seven.example"))));
        town.runUntil(START.plus(Duration.ofDays(1)));
        assertEquals(2, town.ledger.rulings.size());
        assertEquals(
                Set.of("seven-a.sevens.example", "seven-b.sevens.example", "seven.example"),
                Set.copyOf(town.sites.met));
        assertEquals(3, town.sites.met.size());
        List<String> why =
                town.ledger.rulings.stream()
                        .map(DeliveryEvent.Ruled::disposition)
                        .map(
                                it ->
                                        it instanceof Disposition.SoftBounce(_, var evidence)
                                                ? evidence.toString()
                                                : "")
                        .sorted()
                        .toList();
        assertEquals(
                List.of(
                        "seven-b.sevens.example does not offer 8BITMIME; nor do the other hosts"
                                + " offer what it needs: seven-a.sevens.example",
                        "seven.example does not offer 8BITMIME"),
                why);
        assertTrue(town.time.now().isBefore(START.plusSeconds(60)), "at once");
    }

    @Test
    void a_host_that_is_down_is_waited_for_where_only_it_may_take_the_message() {
        Town town = new Town(14, ONE);
        town.submit("", List.of(new Address("eight", new Domain("halfdead.example"))));
        town.submit("", List.of(new Address("r", new Domain("halfdead.example"))));
        town.runUntil(START.plus(Duration.ofDays(4)));
        assertEquals(2, town.ledger.settled);
        assertEquals(1, town.sites.met.size(), "the first is not asked again");
        assertTrue(town.deferrals() > 3, town.deferrals() + " tries");
        assertTrue(
                town.ledger.rulings.getLast().disposition() instanceof Disposition.SoftBounce,
                "given up in the end");
    }

    @Test
    void a_message_that_is_refused_for_itself_is_not_tried_from_elsewhere() {
        Town town = new Town(11, TWO);
        for (int i = 0; i < 20; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("dislikes.example"))));
        }
        town.runUntil(START.plus(Duration.ofDays(4)));
        assertEquals(20, town.ledger.settled);
        assertEquals(20, town.sites.transactions, "one try each");
        assertEquals(List.of(), town.ledger.shaped, "and nobody else waits for it");
    }

    @Test
    void a_site_whose_only_host_fails_midway_is_tried_all_the_same() {
        Town town = new Town(10, ONE);
        town.submit("spring", List.of(new Address("r", new Domain("drops.example"))));
        town.runUntil(START.plus(Duration.ofDays(4)));
        assertEquals(1, town.ledger.settled);
        assertTrue(town.sites.transactions > 10, town.sites.transactions + " tries");
    }

    @Test
    void slow_and_dead_sites_do_not_hold_up_a_fast_one() {
        Town alone = new Town(7, ONE);
        fast(alone);
        alone.runUntil(START.plus(Duration.ofDays(1)));
        Town among = new Town(7, ONE);
        for (int site = 0; site < 200; site++) {
            for (int i = 0; i < 20; i++) {
                String kind = site % 10 == 0 ? "dead-" : "slow-";
                among.submit(
                        "spring",
                        List.of(new Address("r" + i, new Domain(kind + site + ".example"))));
            }
        }
        fast(among);
        among.runUntil(START.plus(Duration.ofDays(5)));
        System.out.printf(
                "a fast site: done after %d ms alone, %d ms among 200 slow and dead ones%n",
                lastFast(alone), lastFast(among));
        assertTrue(lastFast(among) * 95 <= lastFast(alone) * 100, "95 % of its rate alone");
    }

    /** A town in the middle of a large campaign to one site. */
    private static Town busyWithSpring() {
        Town town = new Town(11, ONE);
        for (int i = 0; i < 3000; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("accept.example"))));
        }
        while (town.ledger.settled < 500) {
            assertTrue(town.time.step(START.plus(Duration.ofDays(1))), "the campaign runs");
        }
        return town;
    }

    /** How many of the campaign are settled from now on until everybody in {@code others} is. */
    private static int settledBefore(Town town, Set<String> others) {
        int from = town.ledger.rulings.size();
        int missing = others.size();
        int at = from;
        while (missing > 0) {
            assertTrue(town.time.step(START.plus(Duration.ofDays(1))), "nobody starves");
            for (; at < town.ledger.rulings.size(); at++) {
                missing -= others.contains(town.ledger.address(at)) ? 1 : 0;
            }
        }
        return town.ledger.rulings.size() - from - others.size();
    }

    // What ten connections send while one of them sends what it has and then the message in
    // question, each of which may take twice as long as others do.
    private static final int MEANWHILE = 4 * 10;

    @Test
    void transactional_mail_overtakes_a_campaign_within_what_is_under_way() {
        Town town = busyWithSpring();
        town.submit("", List.of(new Address("urgent", new Domain("accept.example"))));
        int before = settledBefore(town, Set.of("urgent@accept.example"));
        System.out.printf("a transactional message let %d of a campaign go first%n", before);
        assertTrue(before <= MEANWHILE, before + " went first");
    }

    @Test
    void a_small_campaign_is_not_starved_by_a_large_one() {
        Town town = busyWithSpring();
        Set<String> autumn = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            town.submit("autumn", List.of(new Address("a" + i, new Domain("accept.example"))));
            autumn.add("a" + i + "@accept.example");
        }
        int before = settledBefore(town, autumn);
        System.out.printf("a campaign of 100 was through after %d of a large one%n", before);
        assertTrue(before <= 100 + MEANWHILE, before + " went first");
    }

    @Test
    void what_holds_a_message_back_is_named_with_its_cause_and_its_end() {
        Town town = new Town(12, ONE);
        MailId last = new MailId(0);
        for (int i = 0; i < 400; i++) {
            last =
                    town.submit(
                            "spring", List.of(new Address("r" + i, new Domain("rated.example"))));
        }
        MailId dead = town.submit("", List.of(new Address("r", new Domain("dead.example"))));
        town.runUntil(START.plusMillis(150));
        assertEquals(new WaitReason.Connections(5, 10, "default"), town.explain(last).reason());
        WaitReason reason = town.explain(last).reason();
        while (!(reason instanceof WaitReason.Rate rate && !rate.cause().isEmpty())) {
            assertTrue(town.time.step(START.plusSeconds(180)), reason::toString);
            reason = town.explain(last).reason();
        }
        assertTrue(((WaitReason.Rate) reason).cause().contains("rate limit exceeded"));
        assertTrue(reason.ends().orElseThrow().isAfter(town.time.now()), reason::toString);
        Explanation deferred = town.explain(dead);
        assertEquals("deferred", deferred.reason().key());
        assertTrue(
                deferred.reason().ends().orElseThrow().isAfter(town.time.now()),
                deferred::toString);
    }

    @Test
    void who_is_deferred_is_told_why() {
        Town town = new Town(17, ONE);
        MailId grey = town.submit("", List.of(new Address("r", new Domain("grey.example"))));
        town.runUntil(START.plusSeconds(60));
        WaitReason.Deferred reason =
                assertInstanceOf(WaitReason.Deferred.class, town.explain(grey).reason());
        assertEquals(1, reason.attempts());
        assertTrue(reason.cause().contains("451"), reason.cause());
    }

    @Test
    void the_oldest_of_each_state_is_told_and_an_outcome_says_what_it_waited_for() {
        Town town = new Town(17, ONE);
        town.submit("", List.of(new Address("r", new Domain("grey.example"))));
        town.runUntil(START.plusSeconds(60));
        CompletableFuture<QueueSnapshot> shown = town.queue.snapshot();
        while (!shown.isDone()) {
            assertTrue(town.time.step(town.time.now()), "the queue answers");
        }
        QueueSnapshot.Oldest oldest = shown.join().oldest();
        assertEquals(
                Duration.between(START, town.time.now()).toSeconds(),
                oldest.deferred().toSeconds());
        assertEquals(
                List.of(Duration.ZERO, Duration.ZERO, Duration.ZERO),
                List.of(oldest.ready(), oldest.sending(), oldest.held()));
        DeliveryEvent.Ruled ruled = town.ledger.rulings.getFirst();
        DeliveryEvent.Hop hop = ruled.hop().orElseThrow();
        assertTrue(hop.connecting().isPositive(), hop::toString);
        assertTrue(hop.waited().compareTo(hop.connecting()) >= 0, hop::toString);
        Duration all = Duration.between(START, ruled.at());
        assertTrue(hop.waited().plus(hop.took()).compareTo(all) <= 0, all + " of " + hop);
    }

    @Test
    void bulk_mail_goes_on_beside_transactional_mail() {
        Town town = busyWithSpring();
        Set<String> urgent = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            town.submit("", List.of(new Address("u" + i, new Domain("accept.example"))));
            urgent.add("u" + i + "@accept.example");
        }
        int before = settledBefore(town, urgent);
        System.out.printf("beside 1000 transactional messages %d of a campaign went%n", before);
        assertTrue(before >= 200 && before <= 250 + MEANWHILE, before + " went");
    }

    @Test
    void a_host_that_loses_what_is_sent_ahead_is_sent_nothing_ahead_any_more() {
        Town town = new Town(14, ONE);
        for (int i = 0; i < 500; i++) {
            town.submit("spring", List.of(new Address("r" + i, new Domain("swallows.example"))));
        }
        town.runUntil(START.plus(Duration.ofHours(1)));
        assertEquals(500, town.ledger.settled);
        // One of ten connections tries it out, and what it loses costs no attempt.
        assertEquals(0, town.deferrals());
        assertTrue(town.sites.sentAhead <= 2, town.sites.sentAhead + " were sent behind a dot");
    }

    @Test
    void a_mistyped_domain_bounces_within_the_hour_after_three_look_ups() {
        Town town = new Town(15, ONE);
        for (int i = 0; i < 20; i++) {
            town.submit("", List.of(new Address("r" + i, new Domain("nowhere.example"))));
        }
        town.runUntil(START.plus(Duration.ofHours(1)));
        assertEquals(20, town.ledger.settled, "within the hour");
        assertEquals(40, town.deferrals());
        for (DeliveryEvent.Ruled ruled : town.ledger.rulings) {
            BounceClass why =
                    switch (ruled.disposition()) {
                        case Disposition.Deferred(var deferred, _, _) -> deferred;
                        case Disposition.HardBounce(var hard, _) -> hard;
                        case Disposition other -> throw new AssertionError(other);
                    };
            assertEquals(BounceCategory.BAD_DOMAIN, why.category(), "said from the first");
            assertTrue(
                    ruled.disposition() instanceof Disposition.Deferred
                            || !ruled.at().isBefore(START.plus(Duration.ofMinutes(20))),
                    ruled::toString);
        }
    }

    @Test
    void who_waits_for_a_dead_site_is_recorded_to_wait_once_an_hour() {
        Town town = new Town(16, ONE);
        for (int i = 0; i < 600; i++) {
            town.submit("", List.of(new Address("r" + i, new Domain("dead.example"))));
        }
        town.runUntil(START.plus(Duration.ofHours(3)));
        Map<RecipientId, Long> told =
                town.ledger.rulings.stream()
                        .collect(
                                Collectors.groupingBy(
                                        DeliveryEvent.Ruled::recipient, Collectors.counting()));
        assertEquals(600, told.size(), "nobody waits in silence");
        long tries =
                town.ledger.rulings.stream()
                        .filter(
                                ruled ->
                                        !ruled.disposition().toString().contains("fault-not-tried"))
                        .count();
        long mostTold = Collections.max(told.values());
        System.out.printf(
                "600 recipients of a dead site in 3 h: %d tries, %d records, at most %d of one%n",
                tries, town.ledger.rulings.size(), mostTold);
        assertTrue(town.ledger.rulings.size() - tries <= 600 * 3, "three hours");
    }

    @Test
    void sites_of_one_provider_are_counted_together() {
        Town town = new Town(13, ONE);
        for (int site = 0; site < 200; site++) {
            for (int i = 0; i < 10; i++) {
                Domain tenant = new Domain("accept-" + site + ".mail.protection.outlook.com");
                town.submit("spring", List.of(new Address("r" + i, tenant)));
            }
        }
        town.runUntil(START.plus(Duration.ofHours(1)));
        assertEquals(2000, town.ledger.settled);
        System.out.printf(
                "200 tenants of a provider: %d connections at most, done after %s%n",
                town.sites.mostAtOnce, Duration.between(START, town.time.now()));
        assertTrue(town.sites.mostAtOnce <= 50, town.sites.mostAtOnce + " connections");
    }

    private static void fast(Town town) {
        for (int i = 0; i < 2000; i++) {
            town.submit("", List.of(new Address("f" + i, new Domain("accept.example"))));
        }
    }

    private static long lastFast(Town town) {
        return town.ledger.rulings.stream()
                .filter(r -> r.hop().filter(h -> h.site().equals("accept.example")).isPresent())
                .map(r -> Duration.between(START, r.at()).toMillis())
                .max(Long::compare)
                .orElseThrow();
    }

    /** Each domain is its own host; a pair has a bad one and, behind it, a good one. */
    private static final class OneHostEach implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            List<Mx> hosts =
                    switch (domain) {
                        case "half.example" -> hosts("seven-a.", "accept-b.", domain);
                        case "sevens.example" -> hosts("seven-a.", "seven-b.", domain);
                        case "halfdead.example" -> hosts("seven-a.", "dead-b.", domain);
                        case String pair when pair.startsWith("pair") ->
                                hosts("drops.", "accept.", domain);
                        case String any -> List.of(new Mx(10, any));
                    };
            if (domain.startsWith("nowhere.")) {
                return CompletableFuture.completedFuture(new Answer.NoSuchName<>());
            }
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(hosts, Duration.ofHours(1)));
        }

        private static List<Mx> hosts(String first, String second, String domain) {
            return List.of(new Mx(10, first + domain), new Mx(20, second + domain));
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            byte[] address = {127, 1, (byte) (host.hashCode() >> 8), (byte) host.hashCode()};
            try {
                return CompletableFuture.completedFuture(
                        new Answer.Found<>(
                                List.of(InetAddress.getByAddress(address)), Duration.ofHours(1)));
            } catch (java.net.UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static MessageRenderer.Made copy(
            Journal.StoredMessage message, List<QueuedRecipient> recipients, Connector.Offer host) {
        return new MessageRenderer.Made(
                new Transaction(
                        new ReversePath.Null(),
                        recipients.stream().map(p -> Recipient.of(p.address())).toList(),
                        3,
                        recipients.getFirst().localPart().startsWith("eight"),
                        Optional.empty(),
                        MailOptions.NONE,
                        Optional.empty()),
                message.content(),
                Optional.empty());
    }
}
