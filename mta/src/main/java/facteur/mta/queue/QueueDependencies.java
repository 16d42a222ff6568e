package facteur.mta.queue;

import facteur.config.ShapingPresets;
import facteur.mta.delivery.HostWalk;
import facteur.mta.egress.Pools;
import facteur.mta.queue.record.DsnRequests;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.session.MessageRenderer;

/**
 * What a queue leans on.
 *
 * @param mostConnections of all paths together
 */
public record QueueDependencies(
        QueueStore store,
        HostWalk.Terrain terrain,
        Pools pools,
        ShapingPresets presets,
        OutcomePolicy policy,
        MessageRenderer renderer,
        DsnRequests notices,
        int mostConnections) {}
