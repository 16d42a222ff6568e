package facteur.mta.submission;

import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.Store;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all intakes of a server have in common: where messages go, and how much of them may be in
 * memory at once.
 */
public final class Submission {
    /** Octets of content of all connections that are in memory and not yet on disk. */
    public static final long MAX_IN_FLIGHT = 128L << 20;

    static final SubmissionRefusal CROWDED =
            new SubmissionRefusal(
                    452, "4.3.1", "too many messages are arriving at once; try again later");

    private final Store store;
    private final MailIds ids;
    private final InstantSource clock;
    private final Supplier<Rules> rules;
    private final Consumer<List<QueuedRecipient>> queue;
    private final BooleanSupplier diskIsLow;
    private final Quotas quotas = new Quotas();
    private final long maxInFlight;
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicReference<CompletableFuture<@Nullable Void>> relief =
            new AtomicReference<>(CompletableFuture.completedFuture(null));
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile Consumer<Duration> observer = _ -> {};

    /**
     * What a server asks of every message.
     *
     * @param hostname our own name
     * @param maxSize octets of a message at most
     * @param tracking the most that may be recorded of readers
     */
    public record Rules(String hostname, long maxSize, TrackingMode tracking) {}

    /**
     * @param rules those in force
     * @param queue takes the pending recipients, once the message is on disk
     * @param diskIsLow whether new messages had better wait
     */
    public Submission(
            Store store,
            MailIds ids,
            InstantSource clock,
            Supplier<Rules> rules,
            Consumer<List<QueuedRecipient>> queue,
            BooleanSupplier diskIsLow) {
        this(store, ids, clock, rules, queue, diskIsLow, MAX_IN_FLIGHT);
    }

    Submission(
            Store store,
            MailIds ids,
            InstantSource clock,
            Supplier<Rules> rules,
            Consumer<List<QueuedRecipient>> queue,
            BooleanSupplier diskIsLow,
            long maxInFlight) {
        this.store = store;
        this.ids = ids;
        this.clock = clock;
        this.rules = rules;
        this.queue = queue;
        this.diskIsLow = diskIsLow;
        this.maxInFlight = maxInFlight;
    }

    public Rules rules() {
        return rules.get();
    }

    /** Why no message is taken at present; empty when one is. */
    public Optional<SubmissionRefusal> obstacle() {
        if (store.journal().stopped().isPresent()) {
            return Optional.of(
                    new SubmissionRefusal(
                            451, "4.3.0", "messages cannot be stored at present; try again later"));
        }
        if (diskIsLow.getAsBoolean()) {
            return Optional.of(
                    new SubmissionRefusal(452, "4.3.1", "not enough disk space; try again later"));
        }
        if (isCrowded()) {
            return Optional.of(CROWDED);
        }
        return Optional.empty();
    }

    /** Counts one more for a credential; why not, when its rates do not allow it now. */
    public Optional<SubmissionRefusal> take(Credential credential, Quotas.Kind kind) {
        return quotas.take(credential, kind, System.nanoTime())
                .map(
                        wait ->
                                new SubmissionRefusal(
                                        450,
                                        "4.7.1",
                                        "too many "
                                                + kind.name().toLowerCase(Locale.ROOT)
                                                + " of this credential; try again in "
                                                + Math.max(1, wait.toSeconds())
                                                + " s"));
    }

    /** Begins to take a message. */
    public Intake begin(Draft draft) {
        return new Intake(this, draft);
    }

    Store store() {
        return store;
    }

    MailIds ids() {
        return ids;
    }

    InstantSource clock() {
        return clock;
    }

    boolean isCrowded() {
        return inFlight.get() + store.journal().pendingOctets() > maxInFlight;
    }

    /** Completes when messages on their way hold less. */
    CompletableFuture<@Nullable Void> relief() {
        CompletableFuture<@Nullable Void> waiting =
                relief.updateAndGet(now -> now.isDone() ? new CompletableFuture<>() : now);
        // What was held may have been let go before there was anybody to tell.
        relieve();
        return waiting;
    }

    private void relieve() {
        if (inFlight.get() < maxInFlight / 4 * 3) {
            relief.get().complete(null);
        }
    }

    void hold(long octets) {
        inFlight.addAndGet(octets);
    }

    void letGo(long octets) {
        inFlight.addAndGet(-octets);
        relieve();
    }

    /**
     * Who is told, from now on, how long each accepted message took from its last octet to its
     * acknowledgement; it must be brief.
     */
    public void observe(Consumer<Duration> next) {
        observer = next;
    }

    void enqueue(List<QueuedRecipient> recipients, Duration took) {
        accepted.increment();
        observer.accept(took);
        queue.accept(recipients);
    }

    void countRefusal() {
        refused.increment();
    }

    public long accepted() {
        return accepted.sum();
    }

    public long refused() {
        return refused.sum();
    }
}
