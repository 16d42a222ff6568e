package facteur.mta.queue;

import facteur.config.ShapingPresets;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.Disposition;
import facteur.mta.delivery.HostWalk;
import facteur.mta.egress.Pools;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Everything that is pending, and what is asked and ordered of it from outside.
 *
 * <p>A recipient who is due is routed, waits in the lanes of a path (a source towards his site),
 * and is taken by a free session of that path: sessions pull, nothing polls. What the host answered
 * is ruled, the ruling is appended to the journal, and only when it is on disk does the recipient
 * leave the queue or get his next time, and does the session take another message. A crash
 * therefore repeats at most the one message of each session whose final answer was not yet on disk.
 *
 * <p>{@link Backlog} and {@link Lanes} hold who waits, {@link Dispatch} moves them, {@link
 * Settlement} records what became of them. All of that belongs to one thread; everyone else posts.
 */
public final class Queue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Queue.class);

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration SWEEP = Duration.ofMinutes(10);

    private final Surroundings around;
    private final Owner owner;
    private final Backlog backlog = new Backlog();
    private final Directives directives = new Directives();
    private final PathMemory memory = new PathMemory();
    private final QueueFigures figures = new QueueFigures();
    private final Sites sites;
    private final Settlement settlement;
    private final Dispatch dispatch;
    private final Executor makers;
    private final List<AutoCloseable> threads;
    private volatile boolean closing;

    /**
     * What a queue leans on.
     *
     * @param mostConnections of all paths together
     */
    public record Surroundings(
            Ledger ledger,
            HostWalk.Terrain terrain,
            Pools pools,
            ShapingPresets presets,
            Judge judge,
            Copies copies,
            Notices notices,
            int mostConnections) {}

    private Queue(Surroundings around, Owner owner, Executor makers, List<AutoCloseable> threads) {
        this.around = around;
        this.owner = owner;
        this.makers = makers;
        this.threads = threads;
        this.sites = new Sites(around.pools(), around.presets(), directives, memory);
        this.settlement =
                new Settlement(around.ledger(), owner, backlog, around.notices(), figures);
        this.dispatch =
                new Dispatch(
                        around,
                        owner,
                        makers,
                        new Dispatch.State(backlog, sites, directives, memory, settlement));
    }

    /** A queue on a thread of its own, which makes copies on some others. */
    public static Queue of(Surroundings around, InstantSource clock) {
        OwnerThread owner = new OwnerThread(clock);
        owner.start();
        ExecutorService makers =
                Executors.newFixedThreadPool(
                        Runtime.getRuntime().availableProcessors(),
                        Thread.ofPlatform().name("copies-", 0).factory());
        return new Queue(around, owner, makers, List.of(makers, owner));
    }

    /** A queue on somebody else's threads, for simulations. */
    static Queue on(Surroundings around, Owner owner, Executor makers) {
        return new Queue(around, owner, makers, List.of());
    }

    /** Begins, and takes on what the ledger says is pending. */
    public void start() {
        Ledger ledger = around.ledger();
        List<OperatorEvent.Held> held = ledger.held();
        List<OperatorEvent.Moved> moved = ledger.moved();
        List<ShapingEvent> learnt = ledger.paths();
        owner.post(
                () -> {
                    held.forEach(directives::apply);
                    moved.forEach(directives::apply);
                    learnt.forEach(memory::learn);
                    sweep();
                });
        new Resumption(ledger, owner, makers, dispatch::admit, () -> closing).begin();
    }

    private void sweep() {
        sites.paths().forEach(dispatch::expire);
        owner.at(owner.now().plus(SWEEP), this::sweep);
    }

    /** Takes on the recipients of a message that is on disk. */
    public void accept(List<Pending> recipients) {
        owner.post(() -> recipients.forEach(dispatch::admit));
    }

    public QueueFigures figures() {
        return figures;
    }

    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        owner.post(
                () -> {
                    try {
                        answer.complete(question.get());
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                });
        return answer;
    }

    /** What is where. */
    public CompletableFuture<QueueSnapshot> snapshot() {
        return ask(this::look);
    }

    /** Why the recipients of a message have not been sent to yet; none of those who are settled. */
    public CompletableFuture<List<Explanation>> explain(MailId message) {
        return ask(() -> new Explainer(backlog, sites, directives).of(message, owner.now()));
    }

    /**
     * Makes everything that belongs to a subject due at once, and ends the suspension of its paths;
     * the future tells how many recipients that were.
     */
    public CompletableFuture<Integer> flush(Subject subject, String operator) {
        return ask(
                () -> {
                    List<Pending> chosen = backlog.remove(pending -> has(subject, pending));
                    int waiting = 0;
                    for (Path path : sites.paths()) {
                        int before = path.waiting.size();
                        if (concerns(subject, path)) {
                            dispatch.release(path, operator);
                            waiting += before;
                        }
                    }
                    chosen.forEach(pending -> dispatch.admit(pending.dueAt(owner.now())));
                    return chosen.size() + waiting;
                });
    }

    private boolean has(Subject subject, Pending pending) {
        return subject.has(pending, sites.of(pending.lane().domain()), "");
    }

    private static boolean concerns(Subject subject, Path path) {
        return switch (subject.kind()) {
            case SITE -> subject.value().equals(path.site.name);
            case SOURCE -> subject.value().equals(path.source.name());
            case DOMAIN, CREDENTIAL, CAMPAIGN, MESSAGE ->
                    path.waiting.any(
                            pending -> subject.has(pending, path.site.name, path.source.name()));
        };
    }

    /**
     * Stops sending a part of the queue, or goes on; what is under way is finished. The event is
     * the caller's to record.
     */
    public void hold(OperatorEvent.Held order) {
        owner.post(
                () -> {
                    directives.apply(order);
                    dispatch.replace();
                });
    }

    /** Sends a part of the queue from another source; the event is the caller's to record. */
    public void move(OperatorEvent.Moved order) {
        owner.post(
                () -> {
                    directives.apply(order);
                    dispatch.replace();
                });
    }

    /** Whether there is a source of that name. */
    public boolean hasSource(String name) {
        return around.pools().source(name).isPresent();
    }

    /**
     * Stops owing what belongs to a subject and is not under way at this moment; the future tells
     * how many recipients that were.
     */
    public CompletableFuture<Integer> cancel(Subject subject, String operator, String why) {
        return ask(
                () -> {
                    List<Pending> chosen =
                            new ArrayList<>(backlog.remove(pending -> has(subject, pending)));
                    for (Path path : sites.paths()) {
                        chosen.addAll(
                                path.waiting.remove(
                                        pending ->
                                                subject.has(
                                                        pending,
                                                        path.site.name,
                                                        path.source.name())));
                    }
                    settlement.settle(
                            chosen.stream()
                                    .map(
                                            pending ->
                                                    new Settlement.Settled(
                                                            pending,
                                                            new Disposition.Withdrawn(
                                                                    operator, why),
                                                            pending.attempts(),
                                                            Optional.empty()))
                                    .toList(),
                            List.of(),
                            () -> {});
                    return chosen.size();
                });
    }

    private QueueSnapshot look() {
        List<QueueSnapshot.Destination> destinations =
                sites.paths().stream()
                        .map(this::look)
                        .sorted(
                                Comparator.comparingInt(QueueSnapshot.Destination::waiting)
                                        .reversed())
                        .toList();
        return new QueueSnapshot(
                owner.now(),
                backlog.deferred() + (long) settlement.underWay() + dispatch.routing(),
                backlog.parked(),
                destinations);
    }

    private QueueSnapshot.Destination look(Path path) {
        return new QueueSnapshot.Destination(
                path.site.name,
                path.source.name(),
                path.waiting.size(),
                (int) path.sessions.stream().filter(Courier::isCarrying).count(),
                path.sessions.size(),
                path.shaper.connections(),
                path.shaper.suspendedUntil(),
                directives.holding(path.site.name, path.source.name()).isPresent(),
                path.delivered,
                path.lastReply());
    }

    /**
     * Stops giving out messages and waits a while for those under way; what is left is pending
     * after the next start.
     */
    @Override
    public void close() {
        closing = true;
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        owner.post(() -> dispatch.drain(quiet));
        try {
            quiet.get(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn(
                    "some messages were still under way; they are tried again after the next"
                            + " start");
        }
        for (AutoCloseable thread : threads) {
            try {
                thread.close();
            } catch (Exception e) {
                log.error("close {}", thread, e);
            }
        }
    }
}
