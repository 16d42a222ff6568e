package facteur.mta.queue.session;

import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.schedule.QueuedRecipient;

import java.util.List;

/** What sessions ask of the owner of the paths. On the queue's thread. */
public interface PathServing {
    /** Something changed on a path: it is served at the end of the turn. */
    void touch(EgressPath path);

    /** Finds a path anew for recipients that were taken from theirs. */
    void route(List<QueuedRecipient> recipients);

    /** Deferrals may be on disk: looks when the next one is due. */
    void deferred();

    /** Whether no more messages are given out. */
    boolean isStopping();

    /** Whether an operator holds the whole path. */
    boolean isHeld(EgressPath path);

    /** A connection has ended, or did not come to be: another path may have one. */
    void connectionEnded(EgressPath path);
}
