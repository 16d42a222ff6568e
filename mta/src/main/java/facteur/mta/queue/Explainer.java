package facteur.mta.queue;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.queue.WaitReason;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.schedule.Backlog;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Whereabouts;
import facteur.mta.queue.session.DeliverySession;
import facteur.mta.shaping.Shaper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says what recipients wait for: the one place that does, for pages, programs and the command line.
 * On the owner's thread.
 */
final class Explainer {
    static final int MOST = 1_000;

    private final QueueState state;
    private final Lookups lookups;
    private final Owner owner;
    private final Function<RecipientId, String> lastReply;

    /**
     * @param lastReply what was last said of a recipient; empty where nothing is known
     */
    Explainer(
            QueueState state,
            Lookups lookups,
            Owner owner,
            Function<RecipientId, String> lastReply) {
        this.state = state;
        this.lookups = lookups;
        this.owner = owner;
        this.lastReply = lastReply;
    }

    /**
     * At most a thousand of some recipients; none of those settled. Each is found by its number, or
     * among what the sessions carry: the work does not grow with the queue.
     */
    List<Explanation> of(List<RecipientId> asked) {
        List<Explanation> found = new ArrayList<>();
        Set<RecipientId> elsewhere = new HashSet<>();
        for (RecipientId id : asked) {
            Optional<Whereabouts.Found> waits =
                    state.whereabouts().find(id.message().value(), id.index());
            waits.filter(_ -> found.size() < MOST).map(this::explanation).ifPresent(found::add);
            if (waits.isEmpty()) {
                elsewhere.add(id);
            }
        }
        if (!elsewhere.isEmpty()) {
            for (EgressPath path : state.sites().paths()) {
                Carried carried = new Carried(elsewhere, path, found);
                path.forEachSession(
                        session -> {
                            if (session instanceof DeliverySession carrying) {
                                carrying.show(carried);
                            }
                        });
            }
        }
        return List.copyOf(found);
    }

    private Explanation explanation(Whereabouts.Found found) {
        QueuedRecipient recipient = found.recipient();
        return switch (found.place()) {
            case Whereabouts.Waits.DEFERRED -> of(recipient, deferred(recipient));
            case Whereabouts.Waits.HELD -> of(recipient, held(recipient));
            case EgressPath path -> on(path, recipient, waiting(path));
            case Whereabouts.Place _ -> of(recipient, routing());
        };
    }

    /** Collects what a session carries of some recipients. */
    private final class Carried implements DeliverySession.Shown {
        private final Set<RecipientId> asked;
        private final EgressPath path;
        private final List<Explanation> found;

        Carried(Set<RecipientId> asked, EgressPath path, List<Explanation> found) {
            this.asked = asked;
            this.path = path;
            this.found = found;
        }

        @Override
        public void making(List<QueuedRecipient> recipients, String host) {
            add(recipients, new WaitReason.Preparing(host));
        }

        @Override
        public void underWay(List<QueuedRecipient> recipients, Instant since, String host) {
            add(recipients, new WaitReason.Sending(host, owner.wall(since)));
        }

        private void add(List<QueuedRecipient> recipients, WaitReason reason) {
            recipients.stream()
                    .filter(each -> found.size() < MOST && asked.contains(each.id()))
                    .forEach(each -> found.add(on(path, each, reason)));
        }
    }

    private Explanation of(QueuedRecipient recipient, WaitReason reason) {
        return explanation(recipient, state.sites().of(recipient.key().domain()), "", reason);
    }

    private static Explanation on(EgressPath path, QueuedRecipient recipient, WaitReason reason) {
        return explanation(recipient, path.site().name(), path.source().name(), reason);
    }

    private static Explanation explanation(
            QueuedRecipient recipient, String site, String source, WaitReason reason) {
        return new Explanation(
                recipient.id().toString(),
                recipient.address().toString(),
                site,
                source,
                reason,
                recipient.attempts());
    }

    // ---- reasons

    private WaitReason deferred(QueuedRecipient recipient) {
        return new WaitReason.Deferred(
                recipient.attempts(), lastReply.apply(recipient.id()), owner.wall(recipient.due()));
    }

    private WaitReason held(QueuedRecipient recipient) {
        return state.directives()
                .holding(recipient)
                .<WaitReason>map(Explainer::held)
                .orElseGet(() -> new WaitReason.Turn(0)); // an order just taken back
    }

    private static WaitReason.AtPath held(OperatorEvent.Held order) {
        return new WaitReason.Held(order.operator(), order.subject(), order.at(), order.why());
    }

    private WaitReason routing() {
        return resolver().orElseGet(WaitReason.Routing::new);
    }

    private Optional<WaitReason> resolver() {
        return lookups.outage()
                .map(
                        outage ->
                                new WaitReason.ResolverSilent(
                                        owner.wall(outage.since()),
                                        outage.detail(),
                                        owner.wall(outage.asksAgainAt())));
    }

    /** Why those that wait for a path do. */
    private WaitReason.AtPath waiting(EgressPath path) {
        Instant now = owner.now();
        String site = path.site().name();
        Optional<OperatorEvent.Held> order = state.directives().holding(site, path.source().name());
        if (order.isPresent()) {
            return held(order.get());
        }
        Shaper.Hold hold = path.hold(now);
        boolean blocked =
                hold instanceof Shaper.Hold.Suspended || hold instanceof Shaper.Hold.Probing;
        if (path.isDown(now) && !blocked) {
            Instant since = owner.wall(path.downSince());
            Instant until = owner.wall(path.downUntil());
            return path.cannotConnect()
                    ? new WaitReason.SourceUnusable(
                            path.source().name(), path.downCause(), since, until)
                    : new WaitReason.HostsDown(path.downCause(), since, until);
        }
        return reason(hold, path);
    }

    private WaitReason.AtPath reason(Shaper.Hold hold, EgressPath path) {
        String preset = path.site().preset().name();
        return switch (hold) {
            case Shaper.Hold.Free _ -> {
                if (path.isOpening()) {
                    yield new WaitReason.Connecting();
                }
                yield path.waitsFor()
                        .<WaitReason.AtPath>map(
                                budget ->
                                        new WaitReason.ConnectionBudget(
                                                budget.name(), budget.most()))
                        .orElseGet(() -> new WaitReason.Turn(path.waiting() - 1));
            }
            case Shaper.Hold.Suspended(Instant until, String cause) ->
                    new WaitReason.Suspended(cause, owner.wall(until));
            case Shaper.Hold.Probing(String cause) -> new WaitReason.Probing(cause);
            case Shaper.Hold.Paced(Instant until, double perSecond, String cause) ->
                    new WaitReason.Rate(perSecond, preset, cause, owner.wall(until));
            case Shaper.Hold.NewConnections(Instant until) ->
                    new WaitReason.NewConnections(
                            path.site().preset().newConnections().toString(),
                            preset,
                            owner.wall(until));
            case Shaper.Hold.Full(int connections) ->
                    path.isOpening() && path.sessions() == 0
                            ? new WaitReason.Connecting()
                            : new WaitReason.Connections(
                                    connections, path.site().preset().connections(), preset);
        };
    }

    // ---- the whole queue

    /**
     * Counts are kept as recipients come and go, so the work does not grow with what waits: paths
     * are looked at, and a row is made for those told alone.
     *
     * @param mostPaths rows of paths, those for which most waits
     * @param mostElsewhere rows of sites to which no path leads now, likewise
     */
    QueueSnapshot snapshot(int mostPaths, int mostElsewhere) {
        List<EgressPath> paths = state.sites().paths();
        List<EgressPath> wholes = paths.stream().filter(path -> !path.site().isPart()).toList();
        Map<String, List<EgressPath>> parts =
                paths.stream()
                        .filter(path -> path.site().isPart())
                        .collect(Collectors.groupingBy(path -> path.site().name()));
        Set<String> reached =
                wholes.stream().map(path -> path.site().name()).collect(Collectors.toSet());
        Set<String> told = new HashSet<>();
        List<QueueSnapshot.Destination> rows = new ArrayList<>();
        wholes.stream()
                .map(path -> together(path, parts.getOrDefault(path.site().name(), List.of())))
                .sorted(Comparator.comparingLong(Together::pending).reversed())
                .limit(mostPaths)
                .forEach(
                        together ->
                                rows.add(
                                        row(
                                                together.paths(),
                                                together.backlog()
                                                        .filter(it -> told.add(it.name())))));
        state.deferred()
                .largest()
                .filter(backlog -> !reached.contains(backlog.name()))
                .limit(mostElsewhere)
                .forEach(backlog -> rows.add(row(backlog)));
        rows.sort(
                Comparator.comparingInt(QueueSnapshot.Destination::waiting)
                        .thenComparingLong(QueueSnapshot.Destination::pending)
                        .reversed()
                        .thenComparing(QueueSnapshot.Destination::site));
        long elsewhere =
                state.deferred().backlogs()
                        - reached.stream()
                                .filter(site -> state.deferred().of(site).isPresent())
                                .count();
        return new QueueSnapshot(
                owner.wall(owner.now()),
                lookups.recipients(),
                state.recorder().underWay(),
                state.deferred().deferred(),
                state.deferred().held(),
                paths.stream().mapToLong(EgressPath::waiting).sum(),
                paths.stream().mapToLong(EgressPath::carrying).sum(),
                resolver(),
                oldest(),
                rows,
                wholes.size() + elsewhere - rows.size());
    }

    private QueueSnapshot.Oldest oldest() {
        Whereabouts all = state.whereabouts();
        return new QueueSnapshot.Oldest(
                age(all.oldestOnPaths()),
                age(oldestSending()),
                age(all.oldest(Whereabouts.Waits.DEFERRED)),
                age(all.oldest(Whereabouts.Waits.HELD)));
    }

    private Duration age(Optional<Instant> accepted) {
        return accepted.map(then -> Duration.between(then, owner.now()))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    /** Sessions are few, whatever waits. */
    private Optional<Instant> oldestSending() {
        OldestMessage oldest = new OldestMessage();
        for (EgressPath path : state.sites().paths()) {
            path.forEachSession(
                    session -> {
                        if (session instanceof DeliverySession carrying) {
                            carrying.show(oldest);
                        }
                    });
        }
        return oldest.accepted;
    }

    private static final class OldestMessage implements DeliverySession.Shown {
        private Optional<Instant> accepted = Optional.empty();

        private void see(QueuedRecipient recipient) {
            if (accepted.filter(then -> !recipient.acceptedAt().isBefore(then)).isEmpty()) {
                accepted = Optional.of(recipient.acceptedAt());
            }
        }

        @Override
        public void making(List<QueuedRecipient> recipients, String host) {
            recipients.forEach(this::see);
        }

        @Override
        public void underWay(List<QueuedRecipient> recipients, Instant since, String host) {
            recipients.forEach(this::see);
        }
    }

    /** The first of those that wait for their time, else of those held. */
    private Optional<WaitReason> reason(Backlog backlog) {
        return backlog.nextDue().map(this::deferred).or(() -> backlog.anyHeld().map(this::held));
    }

    private QueueSnapshot.Destination row(Backlog backlog) {
        return new QueueSnapshot.Destination(
                backlog.name(),
                "",
                0,
                0,
                0,
                0,
                0,
                Shaper.State.OPEN,
                false,
                0,
                "",
                backlog.deferred(),
                backlog.held(),
                reason(backlog));
    }

    /**
     * A path with those of the same source to some hosts of the same site: one destination to
     * people.
     */
    private record Together(List<EgressPath> paths, Optional<Backlog> backlog, long pending) {}

    private Together together(EgressPath whole, List<EgressPath> parts) {
        List<EgressPath> together = new ArrayList<>(List.of(whole));
        parts.stream()
                .filter(path -> path.source().name().equals(whole.source().name()))
                .forEach(together::add);
        Optional<Backlog> backlog = state.deferred().of(whole.site().name());
        return new Together(
                together,
                backlog,
                together.stream().mapToLong(EgressPath::waiting).sum()
                        + backlog.map(Backlog::size).orElse(0L));
    }

    private QueueSnapshot.Destination row(List<EgressPath> together, Optional<Backlog> backlog) {
        EgressPath path = together.getFirst();
        Optional<EgressPath> held =
                together.stream().filter(each -> each.waiting() > 0).findFirst();
        Optional<WaitReason> reason =
                held.isPresent() || path.isSuspended(owner.now())
                        ? Optional.of(waiting(held.orElse(path)))
                        : backlog.flatMap(this::reason);
        return new QueueSnapshot.Destination(
                path.site().name(),
                path.source().name(),
                together.stream().mapToInt(EgressPath::waiting).sum(),
                together.stream().mapToInt(EgressPath::carrying).sum(),
                together.stream().mapToInt(EgressPath::sessions).sum(),
                path.connectionLimit(),
                path.perSecond(),
                path.state(),
                state.directives().holding(path.site().name(), path.source().name()).isPresent(),
                together.stream().mapToLong(EgressPath::deliveries).sum(),
                path.lastReply(),
                backlog.map(Backlog::deferred).orElse(0L),
                backlog.map(Backlog::held).orElse(0L),
                reason);
    }
}
