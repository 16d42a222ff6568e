package facteur.mta.submission;

import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.queue.Pending;
import facteur.store.Store;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What all intakes of a server have in common: where messages go, and how much of them may be in
 * memory at once.
 */
public final class Submission {
    /** Octets of content of all connections that are in memory and not yet on disk. */
    public static final long MAX_IN_FLIGHT = 128L << 20;

    private final Store store;
    private final MailIds ids;
    private final InstantSource clock;
    private final Rules rules;
    private final Consumer<List<Pending>> queue;
    private final BooleanSupplier diskIsLow;
    private final AtomicLong inFlight = new AtomicLong();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /**
     * What a server asks of every message.
     *
     * @param hostname our own name
     * @param maxSize octets of a message at most
     * @param tracking the most that may be recorded of readers
     */
    public record Rules(String hostname, long maxSize, TrackingMode tracking) {}

    /**
     * @param queue takes on who is owed a delivery, once the message is on disk
     * @param diskIsLow whether new messages had better wait
     */
    public Submission(
            Store store,
            MailIds ids,
            InstantSource clock,
            Rules rules,
            Consumer<List<Pending>> queue,
            BooleanSupplier diskIsLow) {
        this.store = store;
        this.ids = ids;
        this.clock = clock;
        this.rules = rules;
        this.queue = queue;
        this.diskIsLow = diskIsLow;
    }

    public Rules rules() {
        return rules;
    }

    /** Why no message is taken at present; empty when one is. */
    public Optional<Refusal> obstacle() {
        if (store.journal().stopped().isPresent()) {
            return Optional.of(
                    new Refusal(
                            451, "4.3.0", "messages cannot be stored at present; try again later"));
        }
        if (diskIsLow.getAsBoolean()) {
            return Optional.of(new Refusal(452, "4.3.1", "not enough disk space; try again later"));
        }
        if (inFlight.get() + store.journal().pendingOctets() > MAX_IN_FLIGHT) {
            return Optional.of(
                    new Refusal(
                            452,
                            "4.3.1",
                            "too many messages are arriving at once; try again later"));
        }
        return Optional.empty();
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

    void hold(long octets) {
        inFlight.addAndGet(octets);
    }

    void letGo(long octets) {
        inFlight.addAndGet(-octets);
    }

    void enqueue(List<Pending> recipients) {
        accepted.increment();
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
