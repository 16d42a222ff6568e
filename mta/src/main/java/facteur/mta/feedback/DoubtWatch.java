package facteur.mta.feedback;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.RefusalJumps;
import facteur.store.journal.Entry;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Follows the journal and takes back hard bounces that {@link RefusalJumps} does not believe. One
 * thread of its own; nothing waits for it.
 */
public final class DoubtWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DoubtWatch.class);

    private static final int BATCH = 1000;
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final int MAX_TEXT = 300;

    private final Journal journal;
    private final InstantSource clock;
    private final RefusalJumps<RecipientId> jumps = new RefusalJumps<>();
    private final LongAdder doubted = new LongAdder();
    private final LongAdder alarms = new LongAdder();
    private final AtomicInteger jumping = new AtomicInteger();
    private final Thread thread;
    private Position position;
    private volatile boolean closing;

    public DoubtWatch(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
        this.position = journal.durable();
        this.thread = Thread.ofPlatform().name("doubts").start(this::follow);
    }

    /** Hard bounces taken back since the start. */
    public long doubted() {
        return doubted.sum();
    }

    /** Jumps noticed since the start. */
    public long alarms() {
        return alarms.sum();
    }

    /** Wordings that are not believed now. */
    public int jumping() {
        return jumping.get();
    }

    private void follow() {
        while (!closing) {
            try {
                journal.await(position, IDLE);
                List<Event> doubts = new ArrayList<>();
                position = journal.read(position, BATCH, (_, event) -> see(event, doubts));
                jumping.set(jumps.jumping());
                record(doubts);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | CompletionException e) {
                // Bounces are believed as long as nobody looks; the journal itself is told of by
                // those who must write it.
                log.error("look for jumps in refusals, from {}", position, e);
                return;
            }
        }
    }

    private void see(Event event, List<Event> doubts) {
        if (!(event instanceof DeliveryEvent.Ruled ruled) || ruled.hop().isEmpty()) {
            return;
        }
        String site = ruled.hop().get().site();
        switch (ruled.disposition()) {
            case Disposition.HardBounce(var _, Evidence.Answered(var _, var reply)) ->
                    refused(site, BounceClassifier.masked(reply.toString()), ruled, doubts);
            case Disposition.HardBounce _, Disposition.Delivered _, Disposition.SoftBounce _ ->
                    jumps.other(site, ruled.recipient());
            case Disposition.Deferred _, Disposition.Abandoned _, Disposition.Withdrawn _ -> {}
        }
    }

    private void refused(String site, String text, DeliveryEvent.Ruled ruled, List<Event> doubts) {
        RefusalJumps.Finding<RecipientId> finding = jumps.hard(site, text, ruled.recipient());
        if (finding.began()) {
            alarms.increment();
            log.warn(
                    "{} suddenly refuses nearly everybody with \"{}\": these bounces suppress"
                            + " nobody until that is over; look for a block listing",
                    site,
                    text);
        }
        String told = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        for (RecipientId recipient : finding.doubted()) {
            doubts.add(new FeedbackEvent.Doubted(recipient, clock.instant(), site, told));
        }
    }

    private void record(List<Event> doubts) {
        if (!doubts.isEmpty()) {
            journal.append(doubts.stream().<Entry>map(e -> new Entry.Happened(e)).toList()).join();
            doubted.add(doubts.size());
        }
    }

    @Override
    public void close() {
        // Not interrupted: an interrupt would close the file that the thread is reading.
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
