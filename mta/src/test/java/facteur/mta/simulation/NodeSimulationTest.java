package facteur.mta.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.RecipientId;
import facteur.mta.delivery.Connector;
import facteur.mta.queue.Explanation;
import facteur.mta.queue.owner.VirtualOwner;
import facteur.store.Rebuild;
import facteur.store.Store;
import facteur.store.Verification;
import facteur.store.fold.Table;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.testkit.disk.PowerLoss;
import facteur.testkit.disk.SimulatedDisk;
import facteur.testkit.receiver.ReceiverModel;
import facteur.testkit.receiver.ReceiverModels;
import facteur.testkit.time.Seeds;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A node among clients, sites, a resolver, a disk and a clock that all fail, and which itself stops
 * at any step and starts again: what it acknowledged is delivered or pending, nobody gets a message
 * twice but by what nobody could know, and the views are those of a rebuild.
 *
 * <p>A failure names its seed; {@code -Dtest=NodeSimulationTest -Dfacteur.seed=N} repeats it as the
 * first round.
 */
class NodeSimulationTest {
    @TempDir private Path directory;

    @Test
    void what_is_acknowledged_is_delivered_whatever_fails() throws Exception {
        run(Seeds.fromProperty(), 200);
    }

    @Test
    @Tag("long")
    void what_is_acknowledged_is_delivered_whatever_fails_many_times() throws Exception {
        run(Seeds.fromProperty(), 5_000);
    }

    private void run(Seeds seeds, int rounds) throws IOException {
        Sums sums = new Sums();
        for (int round = 0; round < rounds; round++) {
            Path place = directory.resolve("node" + round);
            Trial trial = new Trial(seeds.round(round), place, sums);
            trial.run();
            deleteTree(place);
        }
        System.out.printf("%d rounds from %s: %s%n", rounds, seeds, sums);
        assertTrue(sums.starts > rounds * 2, "nodes stopped and started");
        assertTrue(sums.acknowledged > rounds * 10, "mail was taken");
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** What happened in all rounds. */
    private static final class Sums {
        private int starts;
        private int failedStarts;
        private int losses;
        private int errors;
        private int acknowledged;
        private int delivered;
        private int twice;
        private long events;

        @Override
        public String toString() {
            return "%d starts (%d failed), power lost in %d calls, %d errors of the disk, %d"
                            .formatted(starts, failedStarts, losses, errors, acknowledged)
                    + " recipients acknowledged, %d copies taken and %d once more, %d steps"
                            .formatted(delivered, twice, events);
        }
    }

    /** One node in its world. */
    private static final class Trial {
        private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
        private static final Duration TROUBLE = Duration.ofMinutes(40);
        private static final Duration HORIZON = Duration.ofDays(10);
        private static final int SEGMENT = 8 << 20;
        private static final int PART = 2_000_000;
        private static final int SITES = 6;
        private static final int DOMAINS = 8;
        private static final int CLIENTS = 12;

        private final Seeds seeds;
        private final Path place;
        private final Sums sums;
        private final Random random;
        private final VirtualOwner world = new VirtualOwner(START);
        private final SimulatedDisk disk;
        private final Trace trace = new Trace(world::now);
        private final Oracle oracle = new Oracle(trace);
        private final List<TroubledSite> models = new ArrayList<>();
        private List<ModelledSite> sites = List.of();
        private List<SimulatedClient> clients = new ArrayList<>();
        private @Nullable Machine machine;
        private @Nullable SimulatedNode node;
        private Duration wallAhead = Duration.ZERO;
        private boolean started;
        private long steps;
        private int letters;
        // Of the disk.
        private long calls;
        private long failsAt = Long.MAX_VALUE;
        private boolean losesPower;
        private boolean powerLost;
        private boolean full;
        private boolean slow;

        Trial(Seeds seeds, Path place, Sums sums) {
            this.seeds = seeds;
            this.place = place;
            this.sums = sums;
            this.random = new Random(seeds.seed());
            this.disk = new SimulatedDisk(random);
            disk.trouble(this::trouble);
        }

        private void tell(String what) {
            trace.tell(what);
        }

        private boolean isTrouble() {
            return world.now().isBefore(START.plus(TROUBLE));
        }

        void run() {
            seeds.run(
                    _ -> {
                        try {
                            begin();
                            live();
                            judge();
                        } catch (AssertionError | RuntimeException e) {
                            throw new AssertionError(e + "\n" + trace, e);
                        } finally {
                            if (node != null) {
                                node.store().close();
                            }
                        }
                    });
        }

        private void begin() {
            List<Integer> habits =
                    random.ints(0, 15)
                            .filter(kind -> kind != 8 && kind != 13) // a daily cap, and TLS
                            .limit(SITES)
                            .boxed()
                            .toList();
            for (int habit : habits) {
                ReceiverModel model = ReceiverModels.all(random).get(habit).get();
                models.add(new TroubledSite(model, random, this::isTrouble));
            }
            start();
            if (node != null) {
                nearlyFill(node.store());
            }
            for (int i = 0; i < CLIENTS; i++) {
                world.at(inTrouble(), this::client);
            }
            for (int i = 0; i < 12; i++) {
                world.at(inTrouble(), this::trouble);
                world.at(inTrouble(), this::hit);
            }
            for (int i = 0; i < 2; i++) {
                world.at(inTrouble(), this::setClock);
            }
            world.at(
                    START.plus(TROUBLE),
                    () -> {
                        tell("all is well from now on");
                        failsAt = Long.MAX_VALUE;
                        full = false;
                        slow = false;
                        if (node != null && node.store().journal().stopped().isPresent()) {
                            stop("the operator");
                        }
                    });
        }

        /** So that the next segment begins soon. */
        private void nearlyFill(Store store) {
            for (int left = 6_500_000 + random.nextInt(1_500_000); left > 0; left -= PART) {
                var _ =
                        store.journal()
                                .append(
                                        List.of(
                                                new JournalEntry.PartBytes(
                                                        new byte[Math.min(left, PART)])));
            }
        }

        private Instant inTrouble() {
            return START.plusMillis(random.nextInt((int) TROUBLE.toMillis()));
        }

        private void setClock() {
            wallAhead = Duration.ofDays(random.nextInt(15) - 7);
            tell("the clock is set " + wallAhead + " ahead");
        }

        private Instant wall() {
            return world.now().plus(wallAhead);
        }

        // ---- the disk

        private void trouble(SimulatedDisk.Call call, Path path) throws IOException {
            if (powerLost) {
                throw new PowerLoss("the power is off");
            }
            if (full && call == SimulatedDisk.Call.WRITE && path.endsWith("filling")) {
                throw new IOException("No space left on device");
            }
            if (++calls < failsAt) {
                return;
            }
            failsAt = Long.MAX_VALUE;
            tell((losesPower ? "power lost at " : "error at ") + call + " of " + path);
            if (losesPower) {
                sums.losses++;
                powerLost = true;
                throw new PowerLoss(call + " of " + path);
            }
            sums.errors++;
            throw new IOException("Input/output error");
        }

        private void trouble() {
            switch (random.nextInt(8)) {
                case 0 -> full = true;
                case 1 -> full = false;
                case 2 -> slow = !slow;
                case 3, 4 -> stop("a kill");
                case 5 -> arm(false);
                default -> arm(true);
            }
        }

        private void arm(boolean power) {
            losesPower = power;
            failsAt = calls + 1 + random.nextInt(power ? 60 : 30);
        }

        private Duration diskTime() {
            return Duration.ofMillis(slow ? random.nextInt(40_000) : 1 + random.nextInt(10));
        }

        // ---- the node

        private void start() {
            if (node != null) {
                return;
            }
            powerLost = false;
            Machine next = new Machine(world, this::wall, _ -> {}, this::tell);
            List<ModelledSite> network = new ArrayList<>();
            for (TroubledSite model : models) {
                network.add(new ModelledSite(world, next.loop(), model, oracle));
            }
            Connector connector =
                    (host, to, source, options, listener) ->
                            network.get(TroubledResolver.number(host, 's'))
                                    .connect(host, to, source, options, listener);
            if (isTrouble() && started && random.nextInt(5) == 0) {
                arm(random.nextBoolean());
            }
            try {
                node =
                        new SimulatedNode(
                                next,
                                new SimulatedNode.Surroundings(
                                        options(),
                                        this::wall,
                                        new TroubledResolver(
                                                next.loop(),
                                                random,
                                                this::isTrouble,
                                                domain -> domain % SITES,
                                                site -> models.get(site).hosts()),
                                        connector,
                                        random,
                                        this::diskTime,
                                        disk::losePower,
                                        this::tell));
                sums.starts++;
                started = true;
                machine = next;
                sites = network;
                tell("started at " + node.store().journal().durable());
                assertEquals(List.of(), node.store().damage());
                world.at(world.now().plusSeconds(1), () -> operator(next));
            } catch (IOException | RuntimeException e) {
                next.stop();
                sums.failedStarts++;
                tell("a start failed: " + e);
                disk.losePower();
                failsAt = Long.MAX_VALUE;
                powerLost = false;
                later(this::start);
            }
        }

        private Store.Options options() {
            return new Store.Options(place, SEGMENT, new SimulatedFiles(disk.mount()));
        }

        private void later(Runnable task) {
            world.at(world.now().plusMillis(500 + random.nextInt(240_000)), task);
        }

        /** Starts a node again whose journal has stopped. */
        private void operator(Machine whose) {
            SimulatedNode now = node;
            if (whose.isRunning() && now != null) {
                if (now.store().journal().stopped().isPresent()) {
                    stop("the operator");
                } else {
                    later(() -> operator(whose));
                }
            }
        }

        private void stop(String who) {
            SimulatedNode last = node;
            if (last == null) {
                return;
            }
            tell("stopped by " + who + " at " + last.store().journal().durable());
            Objects.requireNonNull(machine).stop();
            oracle.stopped();
            sites.forEach(ModelledSite::clientStops);
            clients.forEach(SimulatedClient::closed);
            clients.clear();
            disk.losePower();
            node = null;
            last.store().close();
            later(this::start);
        }

        // ---- who comes

        private void client() {
            SimulatedNode now = node;
            if (now == null) {
                later(this::client);
                return;
            }
            Machine of = Objects.requireNonNull(machine);
            SimulatedClient client = new SimulatedClient(world, random, of, oracle, this::letter);
            clients.add(client);
            of.run(() -> client.begin(now));
        }

        private SimulatedClient.Letter letter() {
            List<String> to = new ArrayList<>();
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                String local = random.nextInt(12) == 0 ? "bad" + random.nextInt(5) : "r" + i;
                to.add(
                        (local.startsWith("bad") ? local : local + "m" + letters)
                                + "@d"
                                + random.nextInt(DOMAINS)
                                + ".example");
            }
            return new SimulatedClient.Letter(
                    ++letters,
                    List.copyOf(Set.copyOf(to).stream().sorted().toList()),
                    body(),
                    random.nextInt(20) == 0);
        }

        private String body() {
            int lines =
                    switch (random.nextInt(20)) {
                        case 0 -> 4_000 + random.nextInt(4_000);
                        default -> 1 + random.nextInt(40);
                    };
            StringBuilder body = new StringBuilder("begin\r\n");
            for (int i = 0; i < lines; i++) {
                body.append(i % 7 == 3 ? "." : "").append("line ").append(random.nextInt());
                body.append(" of a message that is sent in a simulation\r\n");
            }
            return body.toString();
        }

        /** Somebody opens a message. */
        private void hit() {
            SimulatedNode now = node;
            if (now != null && !powerLost) {
                Objects.requireNonNull(machine)
                        .run(
                                () ->
                                        now.store()
                                                .views()
                                                .messages()
                                                .page(Optional.empty(), 3)
                                                .forEach(
                                                        row ->
                                                                open(
                                                                        now,
                                                                        row.accepted()
                                                                                .message()
                                                                                .recipient(0))));
            }
        }

        private void open(SimulatedNode now, RecipientId who) {
            var _ =
                    now.store()
                            .journal()
                            .append(
                                    new EngagementEvent.Opened(
                                            who,
                                            wall(),
                                            EngagementEvent.Audience.HUMAN,
                                            Set.of(),
                                            "Chrome",
                                            0));
        }

        // ---- the run and its judgement

        private void live() {
            Instant end = START.plus(HORIZON);
            boolean going = true;
            while (going && !isOver()) {
                going = world.step(end);
                steps++;
                if (powerLost && node != null) {
                    stop("loss of power");
                } else if (node != null) {
                    node.look();
                }
            }
            tell("over");
            if (node != null && !node.isQuiet()) {
                CompletableFuture<List<Explanation>> why = node.explain();
                while (!why.isDone() && world.step(world.now())) {
                    // until the queue answers
                }
                tell("waiting: " + why.getNow(List.of()));
                tell("pending: " + node.store().views().queue().pending(Optional.empty(), 10));
            }
        }

        private boolean isOver() {
            return steps % 64 == 0
                    && !isTrouble()
                    && world.now().isAfter(START.plus(TROUBLE).plusSeconds(600))
                    && node != null
                    && node.isQuiet();
        }

        private void judge() throws IOException {
            Store store = Objects.requireNonNull(node, "the node is up").store();
            while (store.foldTurn()) {
                // until all is folded
            }
            List<Event> events = new ArrayList<>();
            Position at = store.journal().oldest();
            while (at.compareTo(store.journal().durable()) < 0) {
                at = store.journal().read(at, 1_000, (_, event) -> events.add(event));
            }
            oracle.judge(events, this::wanted, true);
            sums.events += steps;
            sums.acknowledged += oracle.acknowledged;
            sums.delivered += oracle.delivered;
            sums.twice += oracle.twice;
            long messages =
                    events.stream().filter(SubmissionEvent.Accepted.class::isInstance).count();
            tell(messages + " messages");
            sameViewsWhenRebuilt(store);
        }

        private boolean wanted(String address) {
            int site = TroubledResolver.number(address.substring(address.indexOf('@') + 1), 'd');
            return models.get(site % SITES).wants(address);
        }

        private void sameViewsWhenRebuilt(Store store) throws IOException {
            List<String> stepwise = rows(store);
            Objects.requireNonNull(machine).stop();
            store.close();
            node = null;
            Store.Options options = options();
            if (seeds.seed() % 8 == 0) {
                assertEquals(List.of(), Verification.run(options, _ -> {}).problems());
            }
            long _ = Rebuild.run(options, _ -> {});
            try (Store rebuilt = Store.idle(options, Runnable::run)) {
                assertEquals(String.join("\n", stepwise), String.join("\n", rows(rebuilt)));
            }
        }

        private static List<String> rows(Store store) {
            return store.rows(
                    rows -> {
                        List<String> all = new ArrayList<>();
                        HexFormat hex = HexFormat.of();
                        for (Table table : Table.values()) {
                            rows.scan(
                                    table,
                                    new byte[0],
                                    (key, value) ->
                                            all.add(
                                                    table
                                                            + " "
                                                            + hex.formatHex(key)
                                                            + " = "
                                                            + hex.formatHex(value)));
                        }
                        return all;
                    });
        }
    }
}
