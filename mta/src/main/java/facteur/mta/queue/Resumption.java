package facteur.mta.queue;

import facteur.mail.message.RecipientId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Takes up again what was pending when the server stopped: page by page, the next one read when the
 * last has been taken on. So the first are sent to while a million others are still being read, and
 * whatever else the queue has to do waits for no more than a page.
 */
final class Resumption {
    private static final Logger log = LoggerFactory.getLogger(Resumption.class);

    private final Ledger ledger;
    private final Owner owner;
    private final Executor readers;
    private final Consumer<Pending> taker;
    private final BooleanSupplier closing;
    private Optional<RecipientId> last = Optional.empty();
    private long count;

    /**
     * @param readers on which the ledger is read, one page at a time
     * @param taker takes somebody on, on the owner's thread
     * @param closing whether there is no interest in more
     */
    Resumption(
            Ledger ledger,
            Owner owner,
            Executor readers,
            Consumer<Pending> taker,
            BooleanSupplier closing) {
        this.ledger = ledger;
        this.owner = owner;
        this.readers = readers;
        this.taker = taker;
        this.closing = closing;
    }

    void begin() {
        readers.execute(this::read);
    }

    private void read() {
        List<Pending> page = ledger.pending(last);
        if (page.isEmpty()) {
            log.info("{} recipients were pending at the start", count);
            return;
        }
        last = Optional.of(page.getLast().id());
        count += page.size();
        owner.post(
                () -> {
                    page.forEach(taker);
                    if (!closing.getAsBoolean()) {
                        begin();
                    }
                });
    }
}
