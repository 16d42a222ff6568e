package facteur.mta.queue;

import com.github.benmanes.caffeine.cache.Interner;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.egress.PathStep;
import facteur.mta.queue.egress.ShapingFeedback;
import facteur.mta.queue.egress.Site;
import facteur.mta.queue.egress.Sites;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.record.QueueCounters;
import facteur.mta.queue.schedule.DeferredQueue;
import facteur.mta.queue.schedule.Directives;
import facteur.mta.queue.schedule.QueueKey;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.session.ConnectionOpener;
import facteur.mta.queue.session.Outcomes;
import facteur.mta.queue.session.PathServing;
import facteur.mta.queue.session.SessionContext;
import facteur.mta.queue.session.TransactionBuilder;
import facteur.mta.routing.Route;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Leads due recipients to a connection: finds their site, queues them on a path, and serves paths:
 * free sessions get the next message, and connections are opened as far as the path allows.
 *
 * <p>Nothing polls, and nothing serves a path in the middle of something else: whatever happens
 * touches the path that it concerns, and touched paths are served at the end of the turn.
 *
 * <p>A task that fails leaves no recipient behind: one that cannot be placed is deferred for a
 * moment, a path that cannot be served is touched again.
 *
 * <p>All of it runs on the owner's thread.
 */
final class Dispatcher implements PathServing {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final Duration AFTER_A_BUG = Duration.ofMinutes(1);
    private static final Duration QUIET = Duration.ofMillis(20);

    private final Owner owner;
    // A million recipients share some thousand keys.
    private final Interner<QueueKey> keys = Interner.newWeakInterner();
    private final DeferredQueue deferred;
    private final Sites sites;
    private final Directives directives;
    private final OutcomeRecorder recorder;
    private final QueueCounters counters;
    private final Lookups lookups;
    private final Outcomes outcomes;
    private final ShapingFeedback feedback;
    private final ConnectionOpener opener;
    private final SequencedSet<EgressPath> touched = new LinkedHashSet<>();
    private boolean draining;
    private Instant looksAt = Instant.MAX;

    Dispatcher(QueueDependencies on, Owner owner, Executor makers, QueueState state) {
        this.owner = owner;
        this.deferred = state.deferred();
        this.sites = state.sites();
        this.directives = state.directives();
        this.recorder = state.recorder();
        this.counters = state.counters();
        this.lookups = new Lookups(on.terrain().router(), owner, new Routes(), state.whereabouts());
        this.outcomes = new Outcomes(on.policy(), sites, owner, recorder, counters, this::deferred);
        this.feedback =
                new ShapingFeedback(owner, sites, state.memory(), recorder, this::placeAnew);
        SessionContext context =
                new SessionContext(
                        owner,
                        this,
                        new TransactionBuilder(
                                on.store(), on.renderer(), owner, counters.lostMessages()),
                        makers,
                        outcomes,
                        feedback,
                        on.terrain().memory(),
                        recorder,
                        counters);
        this.opener = new ConnectionOpener(context, on.terrain(), on.mostConnections());
        owner.atTurnEnd(this::serveTouched);
    }

    Lookups lookups() {
        return lookups;
    }

    ShapingFeedback feedback() {
        return feedback;
    }

    /** Takes a recipient on, now or when it is due. */
    void admit(QueuedRecipient admitted) {
        QueuedRecipient recipient = admitted.in(keys.intern(admitted.key()));
        if (recipient.dueMillis() > owner.now().toEpochMilli()) {
            deferred.defer(recipient);
            deferred();
        } else {
            route(recipient);
        }
    }

    /** Plans to look at the deferred when one is next due. */
    @Override
    public void deferred() {
        Optional<Instant> next = deferred.nextDue();
        if (next.isPresent() && next.get().isBefore(looksAt)) {
            Instant at = next.get();
            looksAt = at;
            owner.at(at, () -> takeDue(at));
        }
    }

    private void takeDue(Instant planned) {
        if (!planned.equals(looksAt)) {
            return; // one was due earlier, and that plan replaced this one
        }
        looksAt = Instant.MAX;
        if (!isStopping()) {
            Instant now = owner.now();
            for (Optional<QueuedRecipient> due = deferred.due(now);
                    due.isPresent();
                    due = deferred.due(now)) {
                route(due.get());
            }
            deferred();
        }
    }

    @Override
    public boolean isStopping() {
        return draining || recorder.isStopped();
    }

    @Override
    public void route(List<QueuedRecipient> recipients) {
        recipients.forEach(this::route);
    }

    /** Finds out where a recipient's mail goes, and lets it wait there. */
    void route(QueuedRecipient recipient) {
        if (isStopping()) {
            return; // it is pending again after the next start
        }
        try {
            lookups.ask(recipient);
        } catch (RuntimeException e) {
            deferAfterBug(recipient, "ask where mail goes for", e);
        }
    }

    /** It stays pending after a bug, and no attempt is counted. */
    private void deferAfterBug(QueuedRecipient recipient, String task, Throwable bug) {
        counters.failedTasks().increment();
        log.error("failed to {} {}; again in {}", task, recipient.id(), AFTER_A_BUG, bug);
        deferred.defer(recipient.dueAt(owner.now().plus(AFTER_A_BUG)));
        deferred();
    }

    /** What comes of questions to the DNS. */
    private final class Routes implements Lookups.Listener {
        @Override
        public void routed(List<QueuedRecipient> askers, Route route) {
            if (isStopping()) {
                return;
            }
            try {
                lead(askers, route);
            } catch (RuntimeException e) {
                failed(askers, e);
            }
        }

        @Override
        public void failed(List<QueuedRecipient> askers, Throwable bug) {
            askers.forEach(each -> deferAfterBug(each, "route", bug));
        }
    }

    private void lead(List<QueuedRecipient> askers, Route route) {
        String domain = askers.getFirst().key().domain();
        switch (route) {
            case Route.Hosts hosts -> {
                Site site = sites.found(domain, hosts);
                askers.forEach(recipient -> place(recipient, site));
            }
            case Route.NullMx _ ->
                    unroutable(
                            askers, Fault.NULL_MX, "the domain takes no mail (null MX, RFC 7505)");
            case Route.NoSuchDomain(boolean believed) ->
                    unroutable(
                            askers,
                            believed ? Fault.NO_SUCH_DOMAIN : Fault.DOMAIN_NOT_FOUND,
                            "no such domain: " + domain + " does not exist, or has no address");
            case Route.Ourselves(String detail) -> unroutable(askers, Fault.LOOP, detail);
            case Route.TryLater(String detail) -> unroutable(askers, Fault.DNS_FAILURE, detail);
            case Route.NoAnswer(String detail) ->
                    throw new IllegalStateException("an outage led to nowhere: " + detail);
        }
    }

    private void unroutable(List<QueuedRecipient> askers, Fault fault, String detail) {
        outcomes.settleAll(askers, new Evidence.Failed(Stage.DNS, fault, detail), "");
    }

    /** Lets a recipient wait where it is to be served. */
    private void place(QueuedRecipient recipient, Site site) {
        try {
            EgressPath path = sites.choose(recipient, site, owner.now());
            if (directives.holding(recipient).isPresent()) {
                deferred.hold(recipient);
            } else {
                path.add(recipient);
            }
            touch(path);
        } catch (RuntimeException e) {
            deferAfterBug(recipient, "place", e);
        }
    }

    /** Reassigns waiting recipients to another source where allowed; the rest stay on this path. */
    private void placeAnew(EgressPath path) {
        path.removeAll().forEach(recipient -> place(recipient, path.site()));
    }

    /** Looks anew at all that wait for a path or are held back, after orders have changed. */
    void replace() {
        sites.paths().forEach(this::placeAnew);
        deferred.takeHeld().forEach(this::route);
    }

    @Override
    public void touch(EgressPath path) {
        touched.add(path);
    }

    /** Ends a turn: serves what it touched, and who waited for a connection that has ended. */
    private void serveTouched() {
        opener.nextWaiting().forEach(this::touch);
        while (!touched.isEmpty()) {
            EgressPath path = touched.removeFirst();
            try {
                serve(path);
                sites.forget(path, owner.now());
            } catch (RuntimeException e) {
                counters.failedTasks().increment();
                log.error("failed to serve the path to {}", path.site().name(), e);
                owner.at(owner.now().plus(AFTER_A_BUG), () -> touch(path));
            }
            if (touched.isEmpty()) {
                opener.nextWaiting().forEach(this::touch);
            }
        }
    }

    private void serve(EgressPath path) {
        if (isStopping() || isHeld(path)) {
            return;
        }
        for (boolean more = true; more; ) {
            more =
                    switch (path.next(owner.now())) {
                        case PathStep.Give(var session, var recipients) -> {
                            session.carry(recipients);
                            yield true;
                        }
                        case PathStep.Open _ -> opener.open(path);
                        case PathStep.Wait(Optional<Instant> until) -> {
                            until.ifPresent(at -> lookAgain(path, at));
                            yield false;
                        }
                        case PathStep.Rest _ -> false;
                    };
        }
    }

    private void lookAgain(EgressPath path, Instant at) {
        if (path.looksAgain(at, owner.now())) {
            owner.at(
                    at,
                    () -> {
                        if (path.hasComeToLook(at)) {
                            touch(path);
                        }
                    });
        }
    }

    @Override
    public boolean isHeld(EgressPath path) {
        return directives.holding(path.site().name(), path.source().name()).isPresent();
    }

    @Override
    public void connectionEnded(EgressPath path) {
        opener.ended(path);
        touch(path);
    }

    /** Ends suspension, lowered rate and pause of a path, as an operator orders. */
    void release(EgressPath path, String who) {
        feedback.release(path, who);
        touch(path);
    }

    /** Gives up what waits for a path that is suspended or down for longer than it is worth. */
    void expire() {
        for (EgressPath path : sites.paths()) {
            outcomes.expire(path);
        }
    }

    /** Stops giving out messages, and completes when none is under way. */
    void drain(CompletableFuture<Void> quiet) {
        draining = true;
        boolean busy = recorder.underWay() > 0;
        for (EgressPath path : sites.paths()) {
            path.drain();
            busy |= path.isBusy();
        }
        if (busy && !recorder.isStopped()) {
            owner.at(owner.now().plus(QUIET), () -> drain(quiet));
        } else {
            quiet.complete(null);
        }
    }
}
