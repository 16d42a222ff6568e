package facteur.mta.queue;

import facteur.mta.queue.egress.PathMemory;
import facteur.mta.queue.egress.Sites;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.record.QueueCounters;
import facteur.mta.queue.schedule.DeferredQueue;
import facteur.mta.queue.schedule.Directives;
import facteur.mta.queue.schedule.Whereabouts;

/** What the parts of the queue share. Owned by its thread. */
record QueueState(
        DeferredQueue deferred,
        Sites sites,
        Directives directives,
        PathMemory memory,
        OutcomeRecorder recorder,
        QueueCounters counters,
        Whereabouts whereabouts) {}
