package facteur.mta.feedback;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceSpikeDetector;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Follows the journal and takes back hard bounces that {@link BounceSpikeDetector} does not
 * believe. One thread of its own; nothing waits for it. It begins with what is stored of earlier
 * answers, so that a restart in the middle of a block listing changes nothing.
 *
 * <p>Bounces that come back later are not looked at: by their nature they come in a bunch, without
 * the mail between them that was taken for good.
 */
public final class BounceSpikeWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BounceSpikeWatch.class);

    private static final int BATCH = 1000;
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int MAX_TEXT = 300;

    private final Journal journal;
    private final InstantSource clock;
    private final BounceSpikeDetector<RecipientId> jumps = new BounceSpikeDetector<>();
    private final Map<BounceSpikeDetector.Wording, Jump> open = new HashMap<>();
    private final LongAdder doubted = new LongAdder();
    private final LongAdder alarms = new LongAdder();
    private final Supplier<List<DeliveryEvent.Ruled>> past;
    private final Thread thread;
    private Position position;
    private volatile List<Jump> latest = List.of();
    private volatile boolean closing;

    /**
     * A wording that is not believed at a site.
     *
     * @param text the refusal that was noticed, cut
     * @param since the answer with which it was noticed
     * @param doubted hard bounces in these words that suppress no address
     */
    public record Jump(String site, String text, Instant since, long doubted) {
        private Jump and(long more) {
            return new Jump(site, text, since, doubted + more);
        }
    }

    /**
     * @param past answers before {@code from}, in order; asked once, on the thread of the watch
     * @param from where the journal is followed from
     */
    public BounceSpikeWatch(
            Journal journal,
            Supplier<List<DeliveryEvent.Ruled>> past,
            Position from,
            InstantSource clock) {
        this.journal = journal;
        this.past = past;
        this.clock = clock;
        this.position = from;
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

    /** What is not believed now, the oldest first. */
    public List<Jump> jumps() {
        return latest;
    }

    private void follow() {
        // What was to be taken back of these, the run that saw them has taken back.
        past.get().forEach(this::judged);
        publish();
        while (!closing) {
            try {
                journal.await(position, IDLE);
                List<Event> doubts = new ArrayList<>();
                position = journal.read(position, BATCH, (_, event) -> see(event, doubts));
                record(doubts);
                publish();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | RuntimeException e) {
                // Bounces are believed while this watch does not run; the journal itself is told of
                // by
                // those who must write it.
                log.error(
                        "failed to look for bounce spikes from {}; again in {}",
                        position,
                        AGAIN,
                        e);
                if (!waited()) {
                    return;
                }
            }
        }
    }

    /** Lets some time pass before the journal is read again; false when there is no more. */
    private static boolean waited() {
        try {
            TimeUnit.NANOSECONDS.sleep(AGAIN.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void see(Event event, List<Event> doubts) {
        if (!(event instanceof DeliveryEvent.Ruled ruled)) {
            return;
        }
        judged(ruled)
                .ifPresent(
                        doubt -> {
                            if (doubt.began()) {
                                alarm(doubt);
                            }
                            doubt.of().forEach(recipient -> doubts.add(event(doubt, recipient)));
                        });
    }

    /** Hard bounces in a wording that has jumped. */
    private record Doubt(String site, String text, boolean began, List<RecipientId> of) {}

    private Optional<Doubt> judged(DeliveryEvent.Ruled ruled) {
        if (ruled.hop().isEmpty()) {
            return Optional.empty();
        }
        String site = ruled.hop().get().site();
        return switch (ruled.disposition()) {
            case Disposition.HardBounce(var _, Evidence.Answered(var _, var reply)) ->
                    refused(site, reply, ruled);
            case Disposition.HardBounce _, Disposition.Delivered _, Disposition.SoftBounce _ -> {
                jumps.other(site, ruled.recipient());
                yield Optional.empty();
            }
            case Disposition.Deferred _, Disposition.Abandoned _, Disposition.Withdrawn _ ->
                    Optional.empty();
        };
    }

    private Optional<Doubt> refused(String site, Reply reply, DeliveryEvent.Ruled ruled) {
        String words = BounceClassifier.wording(reply);
        BounceSpikeDetector.Spike<RecipientId> finding = jumps.hard(site, words, ruled.recipient());
        if (finding.doubted().isEmpty()) {
            return Optional.empty();
        }
        String text = reply.toString();
        String told = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        open.merge(
                new BounceSpikeDetector.Wording(site, words),
                new Jump(site, told, ruled.at(), finding.doubted().size()),
                (known, more) -> known.and(more.doubted()));
        return Optional.of(new Doubt(site, told, finding.began(), finding.doubted()));
    }

    private void alarm(Doubt doubt) {
        alarms.increment();
        log.warn(
                "bounce spike: {} refuses nearly all recipients with \"{}\"; these bounces suppress"
                        + " no address while it lasts; look for a block listing",
                doubt.site(),
                doubt.text());
    }

    private Event event(Doubt doubt, RecipientId recipient) {
        return new FeedbackEvent.HardBounceReverted(
                recipient, clock.instant(), doubt.site(), doubt.text());
    }

    private void publish() {
        open.keySet().retainAll(jumps.jumping());
        latest = open.values().stream().sorted(Comparator.comparing(Jump::since)).toList();
    }

    private void record(List<Event> doubts) {
        if (!doubts.isEmpty()) {
            journal.append(
                            doubts.stream()
                                    .<JournalEntry>map(e -> new JournalEntry.Happened(e))
                                    .toList())
                    .join();
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
