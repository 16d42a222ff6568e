package facteur.mta.queue.session;

import facteur.config.SitePreset;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostWalk;
import facteur.mta.queue.egress.ConnectionBudget;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.shaping.PathSignal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens connections, within the limits of the process and of providers, and deals with sites that
 * accept no connection. On the queue's thread.
 *
 * <p>Where a site accepts no connection, one message is charged with that for each try, so that
 * people see why; the others wait for the next one and spend nothing.
 */
public final class ConnectionOpener {
    private static final Logger log = LoggerFactory.getLogger(ConnectionOpener.class);

    // A site that refuses in words is given so long to change its mind.
    private static final Duration TALKS = Duration.ofMinutes(1);

    private final SessionContext context;
    private final HostWalk.Terrain terrain;
    private final ConnectionBudget all;
    // By source and preset, where sites are counted together.
    private final Map<List<String>, ConnectionBudget> together = new HashMap<>();

    /**
     * @param most connections of all paths together
     */
    public ConnectionOpener(SessionContext context, HostWalk.Terrain terrain, int most) {
        this.context = context;
        this.terrain = terrain;
        this.all = new ConnectionBudget("all sites", most);
    }

    /** Opens one connection more; false when there are enough: the path is served when one ends. */
    public boolean open(EgressPath path) {
        List<ConnectionBudget> budgets = budgets(path);
        Optional<ConnectionBudget> full =
                budgets.stream().filter(ConnectionBudget::isFull).findFirst();
        if (full.isPresent()) {
            path.waitsFor(full.get());
            full.get().await(path);
            return false;
        }
        budgets.forEach(ConnectionBudget::opened);
        path.opening(context.owner().now());
        Opening opening = new Opening(path);
        try {
            HostWalk.start(
                    terrain,
                    path.site().preset().tls(),
                    path.source(),
                    path.site().route(),
                    opening);
        } catch (RuntimeException e) {
            context.counters().failedTasks().increment();
            log.error("failed to open a connection to {}", path.site().name(), e);
            opening.exhausted(
                    new Evidence.Failed(
                            Stage.CONNECT,
                            Fault.CONNECTION_REFUSED,
                            "Facteur failed to open a connection: " + e),
                    true,
                    Duration.ZERO);
        }
        return true;
    }

    private List<ConnectionBudget> budgets(EgressPath path) {
        SitePreset preset = path.site().preset();
        if (preset.together().isEmpty()) {
            return List.of(all);
        }
        ConnectionBudget ofProvider =
                together.computeIfAbsent(
                        List.of(path.source().name(), preset.name()),
                        _ ->
                                new ConnectionBudget(
                                        "all sites of " + preset.name(),
                                        preset.together().getAsInt()));
        return List.of(ofProvider, all);
    }

    /** A connection that is being made. Called on other threads. */
    private final class Opening implements HostWalk.Outcome {
        private final EgressPath path;
        private final Instant begun = context.owner().now();

        Opening(EgressPath path) {
            this.path = path;
        }

        @Override
        public Connector.SessionListener ready(Connector.OutboundSession session) {
            DeliverySession made =
                    new DeliverySession(
                            context, path, session, Duration.between(begun, context.owner().now()));
            context.owner().post(() -> path.opened(made));
            return made;
        }

        @Override
        public void exhausted(Evidence why, boolean tried, Duration again) {
            context.owner()
                    .post(
                            () -> {
                                path.notOpened(why);
                                ended(path);
                                if (tried) {
                                    refused(path, why);
                                } else {
                                    postponed(path, why, again);
                                }
                                context.turnover().touch(path);
                            });
        }
    }

    /** Every host is known to be down: waiting recipients keep waiting. */
    private void postponed(EgressPath path, Evidence why, Duration again) {
        if (path.open() == 0) {
            path.unreachable(why, Optional.of(again), context.owner().now());
        }
    }

    private void refused(EgressPath path, Evidence why) {
        if (path.sessions() > 0) {
            // The others go on: this was one too many, whatever it was called.
            context.feedback().tooManyConnections(path);
            return;
        }
        if (path.open() > 0) {
            return; // others are on their way
        }
        Instant now = context.owner().now();
        path.unreachable(why, Optional.empty(), now);
        boolean talks =
                why instanceof Evidence.Answered
                        && Duration.between(path.downSince(), now).compareTo(TALKS) < 0;
        List<QueuedRecipient> first = path.take(1);
        if (first.isEmpty()) {
            return;
        }
        OutcomePolicy.Judgement ruling = context.outcomes().aboutPath(first.getFirst(), why, path);
        if (talks) {
            // It may be counting connections that have just ended: no attempt is counted.
            path.putBack(first);
            if (ruling.signal() instanceof PathSignal.Blocked) {
                context.feedback().learn(path, ruling.signal(), ruling.everySource(), now);
            }
        } else {
            context.outcomes().settleAll(first, why, path.site().name());
        }
    }

    /** A connection of a path has ended, or did not come to be. */
    public void ended(EgressPath path) {
        budgets(path).forEach(ConnectionBudget::ended);
    }

    /** Paths that may have a connection now that others have ended. */
    public List<EgressPath> nextWaiting() {
        List<EgressPath> next = new ArrayList<>(all.takeWaiting());
        together.values().forEach(budget -> next.addAll(budget.takeWaiting()));
        return next;
    }
}
