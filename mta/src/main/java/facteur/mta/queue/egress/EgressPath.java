package facteur.mta.queue.egress;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mta.egress.EgressSource;
import facteur.mta.queue.schedule.FairQueue;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Whereabouts;
import facteur.mta.shaping.ReconnectPause;
import facteur.mta.shaping.Shaper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One source towards one site: who waits, and the sessions that carry them.
 *
 * <pre>
 *            mail waits                      session ready
 *   Quiet --------------> Opening ---------------------------> Open ---no mail, no session---> Quiet
 *                         ^     | unreachable                   |
 *      its pause is over  |     v                               | its last session ends unanswered
 *                         +--- Down <---------------------------+
 *
 *   Blocked while any of these: Suspended -> Probing -> as before (see Suspension of facteur.mta.shaping)
 * </pre>
 *
 * {@link #next} decides what it does; the others tell what happened. While it is down one
 * connection is tried after each pause, and waiting recipients spend no attempt.
 */
public final class EgressPath implements Whereabouts.Place {
    private final Site site;
    private final EgressSource source;
    private final Shaper shaper;
    private final FairQueue waiting = new FairQueue();
    private final Whereabouts whereabouts;
    private final Set<PathSession> sessions = new HashSet<>();
    private final Deque<PathSession> free = new ArrayDeque<>();
    private final ReconnectPause reconnect = new ReconnectPause();
    private int opening;
    private Optional<ConnectionBudget> waitsFor = Optional.empty();
    private Instant looksAgainAt = Instant.MAX;
    private Optional<Evidence> lastReply = Optional.empty();
    private String downCause = "";
    private boolean cannotConnect;
    private long delivered;

    EgressPath(Site site, EgressSource source, Shaper shaper, Whereabouts whereabouts) {
        this.site = site;
        this.source = source;
        this.shaper = shaper;
        this.whereabouts = whereabouts;
    }

    public Site site() {
        return site;
    }

    public EgressSource source() {
        return source;
    }

    // ---- who waits

    public void add(QueuedRecipient recipient) {
        waiting.add(recipient);
        whereabouts.put(recipient, this);
    }

    /** In front of the others: they were taken and not tried. */
    public void putBack(List<QueuedRecipient> recipients) {
        waiting.putBack(recipients);
        recipients.forEach(recipient -> whereabouts.put(recipient, this));
    }

    /** Whose turn it is, with others of the same message up to what the site takes. */
    public List<QueuedRecipient> take(int most) {
        return gone(waiting.next(Math.min(most, site.mostRecipients())));
    }

    public List<QueuedRecipient> remove(Predicate<QueuedRecipient> which) {
        return gone(waiting.remove(which));
    }

    public List<QueuedRecipient> removeAll() {
        return gone(waiting.remove(_ -> true));
    }

    private List<QueuedRecipient> gone(List<QueuedRecipient> recipients) {
        recipients.forEach(recipient -> whereabouts.remove(recipient, this));
        return recipients;
    }

    public int waiting() {
        return waiting.size();
    }

    public boolean anyWaiting(Predicate<QueuedRecipient> which) {
        return waiting.any(which);
    }

    // ---- what it does next

    public PathStep next(Instant now) {
        if (waiting.size() == 0) {
            return new PathStep.Rest();
        }
        Shaper.Hold hold = shaper.hold(now);
        if (!(hold instanceof Shaper.Hold.Free)) {
            return new PathStep.Wait(hold.ends());
        }
        if (!free.isEmpty()) {
            PathSession session = free.removeLast();
            shaper.gave(now);
            return new PathStep.Give(session, take(session.mostRecipients()));
        }
        if (opening >= waiting.size()) {
            return new PathStep.Rest();
        }
        if (isDown(now)) {
            return new PathStep.Wait(Optional.of(reconnect.until()));
        }
        if (reconnect.isDown() && opening > 0) {
            return new PathStep.Wait(Optional.empty());
        }
        Shaper.Hold connections = shaper.holdOfConnections(open(), now);
        return connections instanceof Shaper.Hold.Free
                ? new PathStep.Open()
                : new PathStep.Wait(connections.ends());
    }

    /** What forbids giving a message, or opening one connection more, as it stands. */
    public Shaper.Hold hold(Instant now) {
        Shaper.Hold hold = shaper.hold(now);
        return hold instanceof Shaper.Hold.Free && free.isEmpty()
                ? shaper.holdOfConnections(open(), now)
                : hold;
    }

    /** Whether a session may be given one more than it carries, without waiting for it. */
    public boolean givesAhead(Instant now) {
        return waiting.size() > opening
                && free.isEmpty()
                && shaper.hold(now) instanceof Shaper.Hold.Free;
    }

    /** Takes a message for a session that is given it ahead. */
    public List<QueuedRecipient> takeAhead(PathSession session, Instant now) {
        shaper.gave(now);
        return take(session.mostRecipients());
    }

    /**
     * Plans to look again, unless it is planned for as early a time already.
     *
     * @return whether the path must be served again
     */
    public boolean looksAgain(Instant at, Instant now) {
        boolean planned = looksAgainAt.isAfter(now) && !at.isBefore(looksAgainAt);
        looksAgainAt = planned ? looksAgainAt : at;
        return !planned;
    }

    /** The planned time has come; false where an earlier plan replaced that one. */
    public boolean hasComeToLook(Instant at) {
        boolean current = looksAgainAt.equals(at);
        looksAgainAt = current ? Instant.MAX : looksAgainAt;
        return current;
    }

    // ---- connections

    /** Connections that the site has of us, or is about to have. */
    public int open() {
        return sessions.size() + opening;
    }

    public int sessions() {
        return sessions.size();
    }

    public boolean isOpening() {
        return opening > 0;
    }

    public void opening(Instant now) {
        opening++;
        waitsFor = Optional.empty();
        shaper.opening(now);
    }

    /** All connections that may be made together are open: it waits for one of them to end. */
    public void waitsFor(ConnectionBudget budget) {
        waitsFor = Optional.of(budget);
    }

    public Optional<ConnectionBudget> waitsFor() {
        return waitsFor;
    }

    /** A session is ready. */
    public void opened(PathSession session) {
        opening--;
        sessions.add(session);
    }

    /** A connection did not come to be. */
    public void notOpened(Evidence why) {
        opening--;
        lastReply = Optional.of(why);
    }

    /**
     * No connection stands, and none could be made.
     *
     * @param postponed how long the hosts are known to be down, where none of them was tried
     */
    public void unreachable(Evidence why, Optional<Duration> postponed, Instant now) {
        downCause = why.toString();
        cannotConnect =
                why instanceof Evidence.Failed(_, Fault fault, _) && fault == Fault.NO_SOCKET;
        if (postponed.isPresent()) {
            reconnect.postponed(postponed.get(), now);
        } else {
            reconnect.failed(now);
            shaper.unreachable();
        }
    }

    /** A session has nothing to do. */
    public void free(PathSession session) {
        free.addLast(session);
    }

    public boolean isFree(PathSession session) {
        return free.contains(session);
    }

    /** A session says good-bye. */
    public void leaves(PathSession session) {
        free.remove(session);
    }

    /**
     * A session has ended.
     *
     * @param answered whether the site answered anything that was given to it
     */
    public void ended(PathSession session, boolean answered, Instant now) {
        sessions.remove(session);
        free.remove(session);
        if (!answered && sessions.isEmpty()) {
            downCause = lastReply();
            reconnect.hungUp(now);
        }
    }

    /** Lets all sessions go that carry nothing. */
    public void drain() {
        List<PathSession> idle = new ArrayList<>(free);
        free.clear();
        idle.forEach(PathSession::leave);
    }

    public boolean isBusy() {
        return sessions.stream().anyMatch(PathSession::isBusy);
    }

    public int carrying() {
        return (int) sessions.stream().filter(PathSession::isCarrying).count();
    }

    /** Shows who waits here. */
    public void forEachWaiting(Consumer<QueuedRecipient> visitor) {
        waiting.forEach(visitor);
    }

    public void forEachSession(Consumer<PathSession> visitor) {
        sessions.forEach(visitor);
    }

    // ---- what it learns

    /** The site answered something that was given to a session. */
    public void answered(Evidence evidence) {
        lastReply = Optional.of(evidence);
        reconnect.worked();
    }

    /** A session ended without an answer to what it carried. */
    public void unanswered(Evidence why, Instant now) {
        lastReply = Optional.of(why);
        notGiven(now);
    }

    /** What a session was to carry has not been given to the site. */
    public void notGiven(Instant now) {
        shaper.unanswered(now);
    }

    public void delivered() {
        delivered++;
    }

    public long deliveries() {
        return delivered;
    }

    Shaper shaper() {
        return shaper;
    }

    /** What the site last said, for people. */
    public String lastReply() {
        return lastReply.map(Evidence::toString).orElse("");
    }

    public Shaper.State state() {
        return shaper.state();
    }

    /** Connections allowed at once. */
    public int connectionLimit() {
        return shaper.connections();
    }

    /** Messages a second allowed now. */
    public double perSecond() {
        return shaper.perSecond();
    }

    public boolean isSuspended(Instant now) {
        return shaper.suspendedUntil().isAfter(now);
    }

    public Instant suspendedUntil() {
        return shaper.suspendedUntil();
    }

    /** Whether no host can be reached, and it is not time to try again. */
    public boolean isDown(Instant now) {
        return sessions.isEmpty() && reconnect.holds(now);
    }

    /** Whether no host could be reached lately. */
    public boolean wasDown() {
        return sessions.isEmpty() && reconnect.isDown();
    }

    /** Whether the site is not reached for a reason of ours: no host was asked. */
    public boolean cannotConnect() {
        return cannotConnect;
    }

    public Instant downUntil() {
        return reconnect.until();
    }

    public Instant downSince() {
        return reconnect.since();
    }

    public String downCause() {
        return downCause;
    }

    /** Tries again at once, as an operator orders. */
    void reconnects() {
        reconnect.worked();
    }

    boolean isForgettable(Instant now) {
        return waiting.size() == 0 && open() == 0 && !isSuspended(now) && !reconnect.holds(now);
    }
}
