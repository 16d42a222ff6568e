package facteur.mta.queue;

import facteur.mail.event.Event;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;

import java.time.Instant;
import java.util.List;

/**
 * One session and what it carries. It takes the next message when the host is ready for one
 * <em>and</em> the outcome of the last is on disk. Owned by the queue's thread; signals of the
 * session are posted there.
 */
final class Courier implements Connector.SessionListener {
    private final Dispatch dispatch;
    final Path path;
    final Connector.OutboundSession session;
    // Recipients of the transaction under way; empty when there is none.
    List<Pending> carries = List.of();
    Instant since = Instant.EPOCH;
    boolean hostReady;
    boolean settling;
    boolean closed;
    int carried;
    // Events to record beside the outcome.
    List<Event> notes = List.of();

    Courier(Dispatch dispatch, Path path, Connector.OutboundSession session) {
        this.dispatch = dispatch;
        this.path = path;
        this.session = session;
    }

    /** Whether it can be given a message. */
    boolean isFree() {
        return hostReady && !settling && carries.isEmpty() && !closed;
    }

    boolean isBusy() {
        return settling || !carries.isEmpty();
    }

    @Override
    public void ready(Connector.OutboundSession itself) {
        dispatch.owner().post(() -> dispatch.hostReady(this));
    }

    @Override
    public void unusable(Evidence why) {
        throw new IllegalStateException("a session that was ready cannot become unusable: " + why);
    }

    @Override
    public void reported(Connector.OutboundSession itself, List<Evidence> results) {
        dispatch.owner().post(() -> dispatch.reported(this, results));
    }

    @Override
    public void closed(Connector.OutboundSession itself) {
        dispatch.owner().post(() -> dispatch.closed(this));
    }
}
