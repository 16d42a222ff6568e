package facteur.mta.queue.egress;

import facteur.mta.queue.schedule.QueuedRecipient;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a path does next. */
public sealed interface PathStep {
    /** A free session carries a message. */
    record Give(PathSession session, List<QueuedRecipient> recipients) implements PathStep {
        public Give {
            recipients = List.copyOf(recipients);
        }
    }

    /** One connection more is opened. */
    record Open() implements PathStep {}

    /**
     * Something holds it back.
     *
     * @param until when it is looked at again; empty where something will happen first
     */
    record Wait(Optional<Instant> until) implements PathStep {}

    /** No recipient waits, or enough connections are being opened. */
    record Rest() implements PathStep {}
}
