package facteur.mta.queue;

import facteur.mail.event.Event;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Result;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One session and what it carries. It takes a message when the host is ready for one <em>and</em>
 * the outcome of the last is on disk; where the host allows it also one ahead, whose content the
 * session withholds until then. Owned by the queue's thread; signals of the session are posted
 * there.
 */
final class Courier implements Connector.SessionListener {
    // What is under way, and what follows it.
    private static final int LOADS = 2;

    private final Handover handover;
    private final Owner owner;
    final Path path;
    final Connector.OutboundSession session;
    // Those given to the session and not reported; the first is under way.
    final Deque<Load> loads = new ArrayDeque<>(LOADS);
    // For whom a copy is being made; nobody mostly.
    List<Pending> making = List.of();
    boolean hostReady;
    // Outcomes that are on their way to the disk.
    int settling;
    boolean closed;
    int given;
    Instant idleSince = Instant.EPOCH;
    boolean idleWatched;

    /**
     * One message with the recipients of it that a session carries.
     *
     * @param place among those of the session, from 1
     * @param marking of the copy, to be told beside the outcome
     * @param since when it was given
     */
    record Load(
            List<Pending> recipients, int place, Optional<Copies.Marking> marking, Instant since) {
        /** How the copy was made, unless that is on record already. */
        Optional<Event> told(Pending recipient) {
            return marking.filter(_ -> !recipient.handed())
                    .map(how -> how.told(recipient.id(), since));
        }
    }

    Courier(Handover handover, Owner owner, Path path, Connector.OutboundSession session) {
        this.handover = handover;
        this.owner = owner;
        this.path = path;
        this.session = session;
    }

    /** Whether it has nothing to do. */
    boolean isFree() {
        return hostReady && settling == 0 && loads.isEmpty() && making.isEmpty() && !closed;
    }

    /** Whether it may be given a message before it is free. */
    boolean takesAhead() {
        return session.offer().pipelining()
                && loads.size() < LOADS
                && making.isEmpty()
                && !closed
                && given < most();
    }

    /** Messages that may go over this connection. */
    int most() {
        return Math.min(path.site.preset.messagesPerConnection(), session.offer().mostMessages());
    }

    boolean isCarrying() {
        return !making.isEmpty() || !loads.isEmpty();
    }

    boolean isBusy() {
        return settling > 0 || isCarrying();
    }

    @Override
    public void ready(Connector.OutboundSession itself) {
        owner.post(() -> handover.hostReady(this));
    }

    @Override
    public void unusable(Evidence why) {
        throw new IllegalStateException("a session that was ready cannot become unusable: " + why);
    }

    @Override
    public void reported(Connector.OutboundSession itself, List<Result> results) {
        owner.post(() -> handover.reported(this, results));
    }

    @Override
    public void returned(Connector.OutboundSession itself, Evidence why) {
        owner.post(() -> handover.returned(this, why));
    }

    @Override
    public void closed(Connector.OutboundSession itself) {
        owner.post(() -> handover.closed(this));
    }
}
