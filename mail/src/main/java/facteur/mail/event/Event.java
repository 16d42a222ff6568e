package facteur.mail.event;

import java.time.Instant;

/** Something that happened. */
public sealed interface Event
        permits SubmissionEvent,
                DeliveryEvent,
                ShapingEvent,
                HostEvent,
                FeedbackEvent,
                EngagementEvent,
                ReadershipEvent,
                OperatorEvent {
    /** When it happened, by the clock of the source. */
    Instant at();
}
