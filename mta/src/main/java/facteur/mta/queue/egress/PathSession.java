package facteur.mta.queue.egress;

import facteur.mta.queue.schedule.QueuedRecipient;

import java.util.List;

/** A session of a path, as the path sees it. */
public interface PathSession {
    /** Carries a message to these recipients, who wait no more. */
    void carry(List<QueuedRecipient> recipients);

    /** Recipients of one message that it takes at most. */
    int mostRecipients();

    /** Whether it has a message, or one is being made for it. */
    boolean isCarrying();

    /** Whether it has a message, or an outcome on its way to the disk. */
    boolean isBusy();

    /** Says good-bye; it has nothing to do. */
    void leave();
}
