package facteur.mta.queue;

import facteur.mail.event.Event;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One session and what it carries. It takes the next message when the host is ready for one
 * <em>and</em> the outcome of the last is on disk. Owned by the queue's thread; signals of the
 * session are posted there.
 */
final class Courier implements Connector.SessionListener {
    private final Queue queue;
    final Site site;
    final Connector.OutboundSession session;
    @Nullable Pending carries;
    long startedNanos;
    boolean hostReady;
    boolean settling;
    boolean closed;
    int carried;
    List<Event> notes = List.of();

    Courier(Queue queue, Site site, Connector.OutboundSession session) {
        this.queue = queue;
        this.site = site;
        this.session = session;
    }

    /** Whether it can be given a message. */
    boolean isFree() {
        return hostReady && !settling && carries == null && !closed;
    }

    @Override
    public void ready(Connector.OutboundSession itself) {
        queue.post(() -> queue.hostReady(this));
    }

    @Override
    public void unusable(Evidence why) {
        throw new IllegalStateException("a session that was ready cannot become unusable: " + why);
    }

    @Override
    public void reported(Connector.OutboundSession itself, List<Evidence> results) {
        queue.post(() -> queue.reported(this, results));
    }

    @Override
    public void closed(Connector.OutboundSession itself) {
        queue.post(() -> queue.closed(this));
    }
}
