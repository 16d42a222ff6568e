package facteur.mta.queue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.ShapingEvent;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostWalk;
import facteur.mta.disposition.Effect;
import facteur.mta.routing.Route;
import facteur.mta.shaping.Shaper;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Leads whoever is due to a connection: finds his site, lets him wait on a path, opens connections
 * as far as the path's shaper allows, and gives free ones the next message. Then rules what came of
 * it. Nothing polls: each thing that happens, and each deadline that a shaper names, serves the
 * path that it concerns.
 *
 * <p>All of it runs on the owner's thread.
 */
final class Dispatch {
    // Questions to the DNS under way at once; the others wait their turn.
    private static final int LOOKUPS = 500;
    // Rulings that are recorded together when a whole site cannot be reached.
    private static final int RULED_AT_ONCE = 500;
    private static final int KNOCKS = 3;
    private static final Duration KNOCK_AGAIN = Duration.ofSeconds(10);

    private final Owner owner;
    private final Executor makers;
    private final HostWalk.Terrain terrain;
    private final Judge judge;
    private final CopyMaker copies;
    private final int mostConnections;
    private final Backlog backlog;
    private final Sites sites;
    private final Directives directives;
    private final PathMemory memory;
    private final Settlement settlement;
    private final ArrayDeque<Pending> unrouted = new ArrayDeque<>();
    // Paths that want a connection while the process has as many as it may.
    private final SequencedSet<Path> starved = new LinkedHashSet<>();
    private int lookups;
    private int connections;
    private boolean draining;
    private Instant wakesAt = Instant.MAX;

    Dispatch(Queue.Surroundings around, Owner owner, Executor makers, State state) {
        this.owner = owner;
        this.makers = makers;
        this.terrain = around.terrain();
        this.judge = around.judge();
        this.copies = new CopyMaker(around.ledger(), around.copies());
        this.mostConnections = around.mostConnections();
        this.backlog = state.backlog();
        this.sites = state.sites();
        this.directives = state.directives();
        this.memory = state.memory();
        this.settlement = state.settlement();
    }

    /** What the parts of the queue share. */
    record State(
            Backlog backlog,
            Sites sites,
            Directives directives,
            PathMemory memory,
            Settlement settlement) {}

    Owner owner() {
        return owner;
    }

    /** Takes somebody on, now or when he is due. */
    void admit(Pending pending) {
        if (pending.dueMillis() > owner.now().toEpochMilli()) {
            backlog.defer(pending);
            wakeForDue();
        } else {
            route(pending);
        }
    }

    /** Plans to look at the backlog when somebody is next due. */
    void wakeForDue() {
        Optional<Instant> next = backlog.nextDue();
        if (next.isPresent() && next.get().isBefore(wakesAt)) {
            Instant at = next.get();
            wakesAt = at;
            owner.at(at, () -> takeDue(at));
        }
    }

    private void takeDue(Instant planned) {
        if (!planned.equals(wakesAt)) {
            return; // somebody was due earlier, and that plan replaced this one
        }
        wakesAt = Instant.MAX;
        if (!isStopping()) {
            Instant now = owner.now();
            for (Optional<Pending> due = backlog.due(now);
                    due.isPresent();
                    due = backlog.due(now)) {
                route(due.get());
            }
            wakeForDue();
        }
    }

    private boolean isStopping() {
        return draining || settlement.isStopped();
    }

    private void route(Pending pending) {
        if (isStopping()) {
            return; // pending after the next start
        }
        if (lookups >= LOOKUPS) {
            unrouted.add(pending);
            return;
        }
        CompletableFuture<Route> asked = terrain.router().route(pending.domain());
        if (asked.isDone()) {
            routed(pending, asked.join());
        } else {
            lookups++;
            CompletableFuture<Void> _ =
                    asked.thenAccept(
                            route ->
                                    owner.post(
                                            () -> {
                                                lookups--;
                                                routed(pending, route);
                                                nextLookup();
                                            }));
        }
    }

    private void nextLookup() {
        while (lookups < LOOKUPS && !unrouted.isEmpty()) {
            route(unrouted.remove());
        }
    }

    private void routed(Pending pending, Route route) {
        switch (route) {
            case Route.Hosts hosts -> place(pending, sites.found(pending.lane().domain(), hosts));
            case Route.NullMx _ ->
                    unroutable(
                            pending, Fault.NULL_MX, "the domain takes no mail (null MX, RFC 7505)");
            case Route.NoSuchDomain _ ->
                    unroutable(
                            pending,
                            Fault.NO_SUCH_DOMAIN,
                            "the domain "
                                    + pending.lane().domain()
                                    + " does not exist, or has no address");
            case Route.Ourselves(String detail) -> unroutable(pending, Fault.LOOP, detail);
            case Route.TryLater(String detail) -> unroutable(pending, Fault.DNS_FAILURE, detail);
        }
    }

    private void unroutable(Pending pending, Fault fault, String detail) {
        Evidence why = new Evidence.Failed(Stage.DNS, fault, detail);
        settle(List.of(ruled(pending, why, Optional.empty(), "").settled()));
    }

    /** Lets somebody wait where he is to be served. */
    private void place(Pending pending, Site site) {
        Path path = sites.choose(pending, site, owner.now());
        if (directives.holding(pending).isPresent()) {
            backlog.park(pending);
            sites.forget(path, owner.now());
        } else {
            path.waiting.add(pending);
            serve(path);
        }
    }

    /** Looks anew at everybody who waits for a path or is held back, after orders have changed. */
    void replace() {
        for (Path path : sites.paths()) {
            path.waiting.remove(_ -> true).forEach(pending -> place(pending, path.site));
        }
        backlog.unpark().forEach(this::route);
    }

    /** Gives free sessions the next message, and opens what more is wanted. */
    void serve(Path path) {
        if (isStopping() || isHeld(path)) {
            return;
        }
        Instant now = owner.now();
        while (path.waiting.size() > 0 && !path.idle.isEmpty()) {
            Shaper.Hold hold = path.shaper.hold(now);
            if (!(hold instanceof Shaper.Hold.Free)) {
                wake(path, hold);
                return;
            }
            give(path.idle.removeLast());
        }
        while (path.opening < path.waiting.size()) {
            Shaper.Hold hold = path.shaper.hold(now);
            hold =
                    hold instanceof Shaper.Hold.Free
                            ? path.shaper.holdOfConnections(path.open(), now)
                            : hold;
            if (!(hold instanceof Shaper.Hold.Free)) {
                wake(path, hold);
                return;
            }
            if (connections >= mostConnections) {
                starved.add(path);
                return;
            }
            open(path, now);
        }
    }

    private boolean isHeld(Path path) {
        return directives.holding(path.site.name, path.source.name()).isPresent();
    }

    /** Plans to serve a path when what holds it back ends. */
    private void wake(Path path, Shaper.Hold hold) {
        hold.ends()
                .filter(at -> !path.wakesAt.isAfter(owner.now()) || at.isBefore(path.wakesAt))
                .ifPresent(
                        at -> {
                            path.wakesAt = at;
                            owner.at(
                                    at,
                                    () -> {
                                        if (path.wakesAt.equals(at)) {
                                            path.wakesAt = Instant.EPOCH;
                                            serve(path);
                                        }
                                    });
                        });
    }

    private void open(Path path, Instant now) {
        path.opening++;
        connections++;
        path.shaper.knocked(now);
        HostWalk.start(
                terrain, path.site.preset.tls(), path.source, path.site.route(), new Opening(path));
    }

    /** A connection that is being made. Called on other threads. */
    private final class Opening implements HostWalk.Outcome {
        private final Path path;

        Opening(Path path) {
            this.path = path;
        }

        @Override
        public Connector.SessionListener ready(Connector.OutboundSession session) {
            Courier courier = new Courier(Dispatch.this, path, session);
            owner.post(
                    () -> {
                        path.opening--;
                        path.sessions.add(courier);
                    });
            return courier;
        }

        @Override
        public void exhausted(Evidence why) {
            owner.post(() -> unreachable(path, why));
        }
    }

    private void unreachable(Path path, Evidence why) {
        path.opening--;
        path.lastReply = why.toString();
        disconnected();
        Instant now = owner.now();
        if (path.open() > 0) {
            // The others go on: this was one too many, whatever it was called.
            path.shaper.tooMany(path.open(), now).ifPresent(this::learnt);
            return;
        }
        path.shaper.unreachable();
        List<Pending> waiting = path.waiting.remove(_ -> true);
        if (!waiting.isEmpty()) {
            Judge.Ruling ruling =
                    ruled(waiting.getFirst(), why, Optional.empty(), path.site.name).ruling();
            if (ruling.crowded() && path.knocks < KNOCKS) {
                // The site does talk, and may have been counting connections that had just ended:
                // nobody's attempt is spent on that.
                path.waiting.giveBack(waiting);
                suspend(path, KNOCK_AGAIN.multipliedBy(1L << path.knocks), why.toString());
                path.knocks++;
                return;
            }
            apply(path, Optional.empty(), ruling, why);
        }
        path.knocks = 0;
        settleAll(waiting, why, path.site.name);
        sites.forget(path, now);
    }

    /** Rules the same for many, and records it in pieces. */
    private void settleAll(List<Pending> waiting, Evidence why, String site) {
        for (int from = 0; from < waiting.size(); from += RULED_AT_ONCE) {
            settle(
                    waiting.subList(from, Math.min(waiting.size(), from + RULED_AT_ONCE)).stream()
                            .map(each -> ruled(each, why, Optional.empty(), site).settled())
                            .toList());
        }
    }

    private void disconnected() {
        connections--;
        if (!starved.isEmpty()) {
            serve(starved.removeFirst());
        }
    }

    void hostReady(Courier courier) {
        courier.path.knocks = 0;
        courier.hostReady = true;
        proceed(courier);
    }

    private void proceed(Courier courier) {
        if (!courier.isFree()) {
            return;
        }
        Path path = courier.path;
        int most =
                Math.min(path.site.preset.messagesPerConnection(), courier.session.mostMessages());
        if (courier.carried >= most || isStopping()) {
            leave(courier);
            return;
        }
        path.idle.add(courier);
        serve(path);
        if (courier.isFree()) {
            int carried = courier.carried;
            owner.at(
                    owner.now().plus(path.site.preset.idle()),
                    () -> {
                        if (courier.carried == carried && path.idle.remove(courier)) {
                            leave(courier);
                        }
                    });
        }
    }

    private static void leave(Courier courier) {
        courier.hostReady = false;
        courier.session.finish();
    }

    private void give(Courier courier) {
        Path path = courier.path;
        Instant now = owner.now();
        List<Pending> next =
                path.waiting.next(
                        Math.min(path.site.mostRecipients, courier.session.mostRecipients()));
        path.shaper.gave(now);
        courier.carries = next;
        courier.hostReady = false;
        courier.carried++;
        courier.since = now;
        makers.execute(
                () -> {
                    CopyMaker.Result result = copies.make(next, now);
                    owner.post(() -> made(courier, result));
                });
    }

    private void made(Courier courier, CopyMaker.Result result) {
        giveBack(courier, result.left());
        courier.carries = result.carried();
        List<Settlement.Settled> settled = new ArrayList<>();
        result.withheld()
                .forEach(
                        each ->
                                settled.add(
                                        new Settlement.Settled(
                                                each.pending(),
                                                each.disposition(),
                                                each.pending().attempts(),
                                                Optional.empty())));
        result.failed().ifPresent(why -> settleAll(result.carried(), why, courier.path.site.name));
        if (!settled.isEmpty()) {
            settle(settled);
        }
        if (result.made().isPresent()) {
            courier.notes = result.notes();
            courier.session.assign(
                    result.made().get().transaction(), result.made().get().content());
            serve(courier.path);
        } else {
            courier.carries = List.of();
            courier.hostReady = true;
            proceed(courier);
        }
    }

    void reported(Courier courier, List<Evidence> results) {
        List<Pending> carried = courier.carries;
        courier.carries = List.of();
        if (carried.isEmpty()) {
            return;
        }
        Path path = courier.path;
        path.lastReply = results.getLast().toString();
        if (courier.carried > 1 && hungUpBefore(results.getFirst())) {
            // Nobody has looked at this message, and the host did take others: no attempt is
            // counted. The first message of a session is not spared, or we would knock without end.
            courier.notes = List.of();
            giveBack(courier, carried);
            return;
        }
        Optional<DeliveryEvent.Hop> hop = Optional.of(hop(courier));
        InetAddress host = courier.session.remote().getAddress();
        List<Settlement.Settled> settled = new ArrayList<>();
        List<Pending> untried = new ArrayList<>();
        for (int i = 0; i < carried.size(); i++) {
            Verdict verdict = ruled(carried.get(i), results.get(i), hop, path.site.name);
            if (verdict.ruling().split() && i > 0) {
                untried.add(carried.get(i));
            } else {
                settled.add(verdict.settled());
                apply(path, Optional.of(host), verdict.ruling(), results.get(i));
            }
        }
        if (!untried.isEmpty()) {
            path.site.tookOnly(settled.size());
            giveBack(courier, untried);
        }
        List<Event> notes = courier.notes;
        courier.notes = List.of();
        courier.settling = true;
        settlement.settle(
                settled,
                notes,
                () -> {
                    courier.settling = false;
                    wakeForDue();
                    proceed(courier);
                });
    }

    private DeliveryEvent.Hop hop(Courier courier) {
        Connector.OutboundSession session = courier.session;
        return new DeliveryEvent.Hop(
                courier.path.site.name,
                session.host(),
                session.remote().getAddress().getHostAddress(),
                courier.path.source.name(),
                session.tls(),
                Duration.between(courier.since, owner.now()));
    }

    private static boolean hungUpBefore(Evidence evidence) {
        return evidence instanceof Evidence.Failed(Stage stage, Fault fault, _)
                && stage == Stage.MAIL
                && fault == Fault.CONNECTION_LOST;
    }

    /** Lets those wait again, at the front, who were taken by a session and not tried. */
    private void giveBack(Courier courier, List<Pending> untried) {
        if (courier.closed) {
            // Its path may have been let go of since.
            untried.forEach(this::route);
        } else {
            courier.path.waiting.giveBack(untried);
            serve(courier.path);
        }
    }

    void closed(Courier courier) {
        if (courier.closed) {
            return; // told again by a session that was given a message after its end
        }
        courier.closed = true;
        courier.path.sessions.remove(courier);
        courier.path.idle.remove(courier);
        disconnected();
        serve(courier.path);
        sites.forget(courier.path, owner.now());
    }

    /** A ruling with what is to be recorded of it. */
    private record Verdict(Judge.Ruling ruling, Settlement.Settled settled) {}

    private Verdict ruled(
            Pending pending, Evidence evidence, Optional<DeliveryEvent.Hop> hop, String site) {
        int attempt = pending.attempts() + 1;
        Judge.Ruling ruling =
                judge.rule(
                        evidence,
                        new Judge.Circumstances(
                                hop.map(DeliveryEvent.Hop::host).orElse(site),
                                attempt,
                                pending.lane().credential(),
                                pending.acceptedAt(),
                                owner.now()));
        Disposition disposition = elsewhere(pending, ruling, evidence, site, hop);
        return new Verdict(ruling, new Settlement.Settled(pending, disposition, attempt, hop));
    }

    /**
     * A source that is blocked says nothing about the message: while another source may carry it,
     * it is sent from there at once.
     */
    private Disposition elsewhere(
            Pending pending,
            Judge.Ruling ruling,
            Evidence evidence,
            String site,
            Optional<DeliveryEvent.Hop> hop) {
        boolean blocked = ruling.effect() instanceof Effect.Rest && hop.isPresent();
        Optional<Path> from =
                blocked
                        ? sites.named(site).map(s -> s.paths.get(hop.orElseThrow().source()))
                        : Optional.empty();
        if (from.isEmpty() || !sites.hasAnother(pending, from.get(), owner.now())) {
            return ruling.disposition();
        }
        return switch (ruling.disposition()) {
            case Disposition.SoftBounce(var why, _) ->
                    new Disposition.Deferred(why, evidence, owner.now());
            case Disposition.Deferred(var why, _, _) ->
                    new Disposition.Deferred(why, evidence, owner.now());
            case Disposition.HardBounce _,
                    Disposition.Delivered _,
                    Disposition.Abandoned _,
                    Disposition.Withdrawn _ ->
                    ruling.disposition();
        };
    }

    private void settle(List<Settlement.Settled> settled) {
        settlement.settle(settled, List.of(), this::wakeForDue);
    }

    /** What a reply means for the path that it came over. */
    private void apply(
            Path path, Optional<InetAddress> host, Judge.Ruling ruling, Evidence evidence) {
        Instant now = owner.now();
        if (ruling.disposition() instanceof Disposition.Delivered) {
            path.delivered++;
            path.shaper.succeeded(now).ifPresent(this::learnt);
            return;
        }
        String cause = evidence.toString();
        switch (ruling.effect()) {
            case Effect.Rest(Duration time) -> suspend(path, time, cause);
            case Effect.Suspend(Duration time) ->
                    sites.everyPath(path.site).forEach(each -> suspend(each, time, cause));
            case Effect.Slow(Duration time) -> slow(path, time, cause);
            case Effect.SlowSite(Duration time) ->
                    sites.everyPath(path.site).forEach(each -> slow(each, time, cause));
            // Not recorded: the ruling names host and cause, and it is over in minutes.
            case Effect.AvoidHost(Duration time) ->
                    host.ifPresent(address -> terrain.memory().avoid(address, time));
            case Effect.None _ -> {}
        }
        if (ruling.crowded() && !path.isSuspended(now)) {
            path.shaper.tooMany(path.open() - 1, now).ifPresent(this::learnt);
        }
    }

    private void slow(Path path, Duration time, String cause) {
        path.shaper.slow(time, cause, owner.now()).ifPresent(this::learnt);
    }

    private void suspend(Path path, Duration time, String cause) {
        Instant now = owner.now();
        Optional<ShapingEvent> suspended = path.shaper.suspend(time, cause, now);
        if (suspended.isPresent()) {
            learnt(suspended.get());
            // Whoever may leave from elsewhere does; the others come back to wait here.
            path.waiting.remove(_ -> true).forEach(pending -> place(pending, path.site));
        }
    }

    private void learnt(ShapingEvent event) {
        memory.learn(event);
        settlement.note(event);
    }

    /** Ends suspension and slow-down of a path, as an operator orders. */
    void release(Path path, String who) {
        path.shaper.release(who, owner.now()).ifPresent(this::learnt);
        serve(path);
    }

    /** Gives up whoever waits for a path that has been suspended for longer than his patience. */
    void expire(Path path) {
        Instant now = owner.now();
        if (!path.isSuspended(now)) {
            return;
        }
        List<Pending> late =
                path.waiting.remove(
                        pending ->
                                !judge.giveUpAt(pending.lane().credential(), pending.acceptedAt())
                                        .isAfter(now));
        Evidence why =
                new Evidence.Failed(
                        Stage.LOCAL,
                        Fault.EXPIRED,
                        "not sent in time, since the path was suspended: " + path.lastReply);
        settleAll(late, why, path.site.name);
    }

    /** Recipients for whom the DNS is being asked. */
    int routing() {
        return lookups + unrouted.size();
    }

    /** Stops giving out messages, and completes when none is under way. */
    void drain(CompletableFuture<Void> quiet) {
        draining = true;
        boolean busy = settlement.underWay() > 0;
        for (Path path : sites.paths()) {
            path.idle.forEach(Dispatch::leave);
            path.idle.clear();
            busy |= path.sessions.stream().anyMatch(Courier::isBusy);
        }
        if (busy && !settlement.isStopped()) {
            owner.at(owner.now().plusMillis(20), () -> drain(quiet));
        } else {
            quiet.complete(null);
        }
    }
}
