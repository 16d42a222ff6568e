package facteur.mta.queue.record;

import facteur.mail.message.RecipientId;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.query.PendingRecipient;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes up again what was pending when the server stopped: page by page, the next one read when the
 * last has been taken on. So the first are sent to while a million others are still being read, and
 * whatever else the queue has to do waits for no more than a page. A page that cannot be read is
 * read again after a while.
 */
public final class QueueLoader {
    private static final Logger log = LoggerFactory.getLogger(QueueLoader.class);

    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final QueueStore store;
    private final Owner owner;
    private final Executor readers;
    private final Supplier<Duration> longestPause;
    private final Consumer<QueuedRecipient> taker;
    private final BooleanSupplier closing;
    private Optional<RecipientId> last = Optional.empty();
    private long count;

    /**
     * @param readers on which the store is read, one page at a time
     * @param longestPause no recipient is due later than this, whatever a wrong clock recorded
     * @param taker takes a recipient on, on the owner's thread
     * @param closing whether there is no interest in more
     */
    public QueueLoader(
            QueueStore store,
            Owner owner,
            Executor readers,
            Supplier<Duration> longestPause,
            Consumer<QueuedRecipient> taker,
            BooleanSupplier closing) {
        this.store = store;
        this.owner = owner;
        this.readers = readers;
        this.longestPause = longestPause;
        this.taker = taker;
        this.closing = closing;
    }

    public void begin() {
        readers.execute(this::read);
    }

    private void read() {
        List<PendingRecipient> page;
        try {
            page = store.pending(last);
        } catch (RuntimeException e) {
            log.error(
                    "failed to read which recipients are pending behind {}; again in {}",
                    last.map(RecipientId::toString).orElse("the first"),
                    AGAIN,
                    e);
            owner.post(() -> owner.at(owner.now().plus(AGAIN), this::begin));
            return;
        }
        if (page.isEmpty()) {
            log.info("{} recipients were pending at the start", count);
            return;
        }
        last = Optional.of(page.getLast().id());
        count += page.size();
        owner.post(() -> take(page));
    }

    private void take(List<PendingRecipient> page) {
        Instant now = owner.now();
        Duration ahead = owner.wallAhead();
        Duration longest = longestPause.get();
        page.forEach(row -> taker.accept(QueuedRecipient.of(row, now, ahead, longest)));
        if (!closing.getAsBoolean()) {
            begin();
        }
    }
}
