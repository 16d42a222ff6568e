package facteur.mta.queue.session;

import facteur.mta.delivery.HostMemory;
import facteur.mta.queue.egress.ShapingFeedback;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.record.QueueCounters;

import java.util.concurrent.Executor;

/**
 * What all sessions lean on.
 *
 * @param makers on which copies are made
 */
public record SessionContext(
        Owner owner,
        PathServing turnover,
        TransactionBuilder copies,
        Executor makers,
        Outcomes outcomes,
        ShapingFeedback feedback,
        HostMemory hosts,
        OutcomeRecorder recorder,
        QueueCounters counters) {}
