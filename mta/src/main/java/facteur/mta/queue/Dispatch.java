package facteur.mta.queue;

import com.github.benmanes.caffeine.cache.Interner;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.HostWalk;
import facteur.mta.routing.Route;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Leads whoever is due to a connection: finds his site, lets him wait on a path, and serves paths:
 * free couriers get the next message, and connections are opened as far as the path's shaper
 * allows. Nothing polls: each thing that happens, and each deadline that a shaper names, serves the
 * path that it concerns.
 *
 * <p>{@link Lookups} asks the DNS, {@link Doors} opens connections, {@link Handover} gives messages
 * and takes reports, {@link Rulings} say what these mean for recipients, {@link Lessons} what they
 * mean for paths.
 *
 * <p>All of it runs on the owner's thread.
 */
final class Dispatch {
    private final Owner owner;
    // A million recipients share some thousand lanes.
    private final Interner<Lane> lanes = Interner.newWeakInterner();
    private final Backlog backlog;
    private final Sites sites;
    private final Directives directives;
    private final Settlement settlement;
    private final Lookups lookups;
    private final Rulings rulings;
    private final Lessons lessons;
    private final Handover handover;
    private final Doors doors;
    private boolean draining;
    private Instant wakesAt = Instant.MAX;

    Dispatch(Queue.Surroundings around, Owner owner, Executor makers, State state) {
        this.owner = owner;
        this.backlog = state.backlog();
        this.sites = state.sites();
        this.directives = state.directives();
        this.settlement = state.settlement();
        HostWalk.Terrain terrain = around.terrain();
        this.lookups = new Lookups(terrain.router(), owner, this::routed);
        this.rulings = new Rulings(around.judge(), sites, owner, settlement, this::wakeForDue);
        this.lessons =
                new Lessons(
                        owner,
                        sites,
                        terrain.memory(),
                        state.memory(),
                        settlement,
                        this::placeAnew);
        this.handover =
                new Handover(
                        this,
                        new CopyMaker(around.ledger(), around.copies()),
                        makers,
                        owner,
                        rulings,
                        lessons,
                        settlement);
        this.doors =
                new Doors(
                        this,
                        terrain,
                        around.mostConnections(),
                        owner,
                        sites,
                        rulings,
                        lessons,
                        handover);
    }

    /** What the parts of the queue share. */
    record State(
            Backlog backlog,
            Sites sites,
            Directives directives,
            PathMemory memory,
            Settlement settlement) {}

    /** Takes somebody on, now or when he is due. */
    void admit(Pending somebody) {
        Pending pending = somebody.in(lanes.intern(somebody.lane()));
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

    /** Whether no more messages are given out. */
    boolean isStopping() {
        return draining || settlement.isStopped();
    }

    /** Finds out where somebody's mail goes, and lets him wait there. */
    void route(Pending pending) {
        if (!isStopping()) { // else he is pending after the next start
            lookups.ask(pending);
        }
    }

    private void routed(List<Pending> askers, Route route) {
        if (isStopping()) {
            return;
        }
        switch (route) {
            case Route.Hosts hosts -> {
                Site site = sites.found(askers.getFirst().lane().domain(), hosts);
                askers.forEach(pending -> place(pending, site));
            }
            case Route.NullMx _ ->
                    unroutable(
                            askers, Fault.NULL_MX, "the domain takes no mail (null MX, RFC 7505)");
            case Route.NoSuchDomain(boolean believed) ->
                    unroutable(
                            askers,
                            believed ? Fault.NO_SUCH_DOMAIN : Fault.DOMAIN_NOT_FOUND,
                            "the domain "
                                    + askers.getFirst().lane().domain()
                                    + " does not exist, or has no address");
            case Route.Ourselves(String detail) -> unroutable(askers, Fault.LOOP, detail);
            case Route.TryLater(String detail) -> unroutable(askers, Fault.DNS_FAILURE, detail);
            case Route.NoAnswer(String detail) -> unroutable(askers, Fault.DNS_FAILURE, detail);
        }
    }

    private void unroutable(List<Pending> askers, Fault fault, String detail) {
        rulings.settleAll(askers, new Evidence.Failed(Stage.DNS, fault, detail), "");
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

    /** Whoever may leave from elsewhere does; the others come back to wait here. */
    private void placeAnew(Path path) {
        path.waiting.remove(_ -> true).forEach(pending -> place(pending, path.site));
    }

    /** Looks anew at everybody who waits for a path or is held back, after orders have changed. */
    void replace() {
        sites.paths().forEach(this::placeAnew);
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
            handover.give(path.idle.removeLast());
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
            if (!doors.open(path)) {
                return;
            }
        }
    }

    /** Whether an operator stopped it. */
    boolean isHeld(Path path) {
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

    /** A connection of a path has ended. */
    void ended(Path path) {
        doors.ended(path);
        serve(path);
        sites.forget(path, owner.now());
    }

    /** Ends suspension and slow-down of a path, as an operator orders. */
    void release(Path path, String who) {
        lessons.release(path, who);
        serve(path);
    }

    /** Gives up whoever waits for a path that has been suspended for longer than his patience. */
    void expire(Path path) {
        rulings.expire(path);
    }

    /** Recipients for whom the DNS is being asked. */
    int routing() {
        return lookups.recipients();
    }

    /** Stops giving out messages, and completes when none is under way. */
    void drain(CompletableFuture<Void> quiet) {
        draining = true;
        boolean busy = settlement.underWay() > 0;
        for (Path path : sites.paths()) {
            path.idle.forEach(Handover::leave);
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
