package facteur.mta.queue;

import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.egress.PathMemory;
import facteur.mta.queue.egress.Sites;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.owner.OwnerThread;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.record.QueueCounters;
import facteur.mta.queue.record.QueueLoader;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.schedule.DeferredQueue;
import facteur.mta.queue.schedule.Directives;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Subject;
import facteur.mta.queue.schedule.Whereabouts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Everything that is pending, and what is asked and ordered of it from outside.
 *
 * <p>A recipient that is due is routed, waits in the fair queue of a path (a source towards its
 * site), and is taken by a free session of that path: sessions pull, nothing polls. What the host
 * answered is ruled, the outcome is appended to the journal, and only when it is on disk does the
 * recipient leave the queue or get its next time, and does the session take another message. A
 * crash therefore repeats at most the one message of each session whose final answer was not yet on
 * disk.
 *
 * <p>{@link Dispatcher} moves recipients. All of that belongs to one thread; everyone else posts.
 */
public final class Queue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Queue.class);

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration LONGEST_SWEEP = Duration.ofMinutes(10);
    private static final Duration SHORTEST_SWEEP = Duration.ofSeconds(1);
    private static final int SWEEPS_OF_AN_AGE = 50;

    private final QueueDependencies on;
    private final Owner owner;
    private final QueueState state;
    private final Dispatcher dispatcher;
    private final Explainer explainer;
    private final Executor makers;
    private final List<AutoCloseable> threads;
    private volatile boolean closing;

    private Queue(
            QueueDependencies on,
            Owner owner,
            QueueCounters counters,
            Executor makers,
            List<AutoCloseable> threads) {
        this.on = on;
        this.owner = owner;
        this.makers = makers;
        this.threads = threads;
        Whereabouts whereabouts = new Whereabouts();
        Directives directives = new Directives();
        PathMemory memory = new PathMemory();
        Sites sites =
                new Sites(
                        on.pools(),
                        on.presets(),
                        directives,
                        memory,
                        on.policy()::maxAge,
                        whereabouts);
        DeferredQueue deferred = new DeferredQueue(whereabouts, sites::of);
        this.state =
                new QueueState(
                        deferred,
                        sites,
                        directives,
                        memory,
                        new OutcomeRecorder(on.store(), owner, deferred, on.notices(), counters),
                        counters,
                        whereabouts);
        this.dispatcher = new Dispatcher(on, owner, makers, state);
        this.explainer = new Explainer(state, dispatcher.lookups(), owner, on.store()::lastReply);
    }

    /** A queue on a thread of its own, which makes copies on some others. */
    public static Queue of(QueueDependencies on, InstantSource clock) {
        QueueCounters counters = new QueueCounters();
        OwnerThread owner = new OwnerThread(clock, counters.failedTasks());
        owner.start();
        ExecutorService makers =
                Executors.newFixedThreadPool(
                        Runtime.getRuntime().availableProcessors(),
                        Thread.ofPlatform().name("copies-", 0).factory());
        return new Queue(on, owner, counters, makers, List.of(makers, owner));
    }

    /** A queue on threads of the caller. */
    public static Queue on(QueueDependencies on, Owner owner, Executor makers) {
        return new Queue(on, owner, new QueueCounters(), makers, List.of());
    }

    /** Begins, and takes on what the store says is pending. */
    public void start() {
        QueueStore store = on.store();
        List<OperatorEvent.Held> held = store.held();
        List<OperatorEvent.Moved> moved = store.moved();
        List<ShapingEvent> learnt = store.paths();
        owner.post(
                () -> {
                    held.forEach(state.directives()::apply);
                    moved.forEach(state.directives()::apply);
                    dispatcher.feedback().recall(learnt);
                    sweep();
                });
        new QueueLoader(
                        store,
                        owner,
                        makers,
                        on.policy()::longestPause,
                        dispatcher::admit,
                        () -> closing)
                .begin();
    }

    private void sweep() {
        owner.at(owner.now().plus(untilNextSweep()), this::sweep);
        dispatcher.expire();
    }

    private Duration untilNextSweep() {
        Duration share = on.policy().maxAge().dividedBy(SWEEPS_OF_AN_AGE);
        if (share.compareTo(SHORTEST_SWEEP) < 0) {
            return SHORTEST_SWEEP;
        }
        return share.compareTo(LONGEST_SWEEP) < 0 ? share : LONGEST_SWEEP;
    }

    /** Takes on the recipients of a message that is on disk. */
    public void accept(List<QueuedRecipient> recipients) {
        owner.post(
                () -> recipients.forEach(each -> dispatcher.admit(each.acceptedAt(owner.now()))));
    }

    public QueueCounters counters() {
        return state.counters();
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

    /** What is where: the thousand destinations for which most waits. */
    public CompletableFuture<QueueSnapshot> snapshot() {
        return ask(() -> explainer.snapshot(Explainer.MOST, Explainer.MOST));
    }

    /** The same for figures: every path, and no destination for which somebody waits elsewhere. */
    public CompletableFuture<QueueSnapshot> paths() {
        return ask(() -> explainer.snapshot(Integer.MAX_VALUE, 0));
    }

    /** Why the recipients of messages have not been sent to yet; none of those settled. */
    public CompletableFuture<List<Explanation>> explain(Set<MailId> messages) {
        List<RecipientId> asked = asked(messages);
        return ask(() -> explainer.of(asked));
    }

    /** Those that the store knows for owed; of a message that it does not know yet, all. */
    private List<RecipientId> asked(Set<MailId> messages) {
        List<RecipientId> asked = new ArrayList<>();
        for (MailId message : messages) {
            List<RecipientId> owed = on.store().owed(message, Explainer.MOST);
            if (owed.isEmpty()) {
                IntStream.range(0, Explainer.MOST).mapToObj(message::recipient).forEach(asked::add);
            }
            asked.addAll(owed);
        }
        return asked;
    }

    /**
     * Makes everything that belongs to a subject due at once, and ends what holds its paths back;
     * the future tells how many recipients that were.
     */
    public CompletableFuture<Integer> flush(Subject subject, String operator) {
        return ask(
                () -> {
                    List<QueuedRecipient> chosen =
                            state.deferred().remove(recipient -> has(subject, recipient));
                    int waiting = 0;
                    for (EgressPath path : state.sites().paths()) {
                        if (concerns(subject, path)) {
                            waiting += path.waiting();
                            dispatcher.release(path, operator);
                        }
                    }
                    chosen.forEach(recipient -> dispatcher.admit(recipient.dueAt(owner.now())));
                    return chosen.size() + waiting;
                });
    }

    private boolean has(Subject subject, QueuedRecipient recipient) {
        return subject.has(recipient, state.sites().of(recipient.key().domain()), "");
    }

    private static boolean concerns(Subject subject, EgressPath path) {
        return switch (subject.kind()) {
            case SITE -> subject.value().equals(path.site().name());
            case SOURCE -> subject.value().equals(path.source().name());
            case DOMAIN, CREDENTIAL, CAMPAIGN, MESSAGE ->
                    path.anyWaiting(
                            recipient ->
                                    subject.has(
                                            recipient, path.site().name(), path.source().name()));
        };
    }

    /**
     * Stops sending a part of the queue, or goes on; what is under way is finished. The event is
     * the caller's to record.
     */
    public void hold(OperatorEvent.Held order) {
        owner.post(
                () -> {
                    state.directives().apply(order);
                    dispatcher.replace();
                });
    }

    /** Sends a part of the queue from another source; the event is the caller's to record. */
    public void move(OperatorEvent.Moved order) {
        owner.post(
                () -> {
                    state.directives().apply(order);
                    dispatcher.replace();
                });
    }

    /** Whether there is a source of that name. */
    public boolean hasSource(String name) {
        return on.pools().source(name).isPresent();
    }

    /**
     * Stops owing what belongs to a subject and is not under way at this moment; the future tells
     * how many recipients that were.
     */
    public CompletableFuture<Integer> cancel(Subject subject, String operator, String why) {
        return ask(
                () -> {
                    List<QueuedRecipient> chosen =
                            new ArrayList<>(
                                    state.deferred().remove(recipient -> has(subject, recipient)));
                    for (EgressPath path : state.sites().paths()) {
                        chosen.addAll(
                                path.remove(
                                        recipient ->
                                                subject.has(
                                                        recipient,
                                                        path.site().name(),
                                                        path.source().name())));
                    }
                    Disposition withdrawn = new Disposition.Withdrawn(operator, why);
                    state.recorder()
                            .record(
                                    chosen.stream()
                                            .map(
                                                    recipient ->
                                                            new OutcomeRecorder.Outcome(
                                                                    recipient,
                                                                    withdrawn,
                                                                    recipient.attempts(),
                                                                    Optional.empty()))
                                            .toList(),
                                    List.of(),
                                    () -> {});
                    return chosen.size();
                });
    }

    /**
     * Stops giving out messages and waits a while for those under way; what is left is pending
     * after the next start.
     */
    @Override
    public void close() {
        closing = true;
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        owner.post(() -> dispatcher.drain(quiet));
        try {
            quiet.get(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn(
                    "some messages were still in progress; they are retried after the next"
                            + " start");
        }
        for (AutoCloseable thread : threads) {
            try {
                thread.close();
            } catch (Exception e) {
                log.error("failed to close {}", thread, e);
            }
        }
    }
}
