package facteur.mta.delivery.dialogue;

import facteur.mail.outcome.Evidence;

import java.time.Duration;
import java.util.List;

/**
 * What to do now, in this order, and where the talk stands afterwards.
 *
 * @param timeout how long to wait for the next signal
 */
public record Step(Phase phase, List<Action> actions, Duration timeout) {
    public Step {
        actions = List.copyOf(actions);
    }

    /** One thing for the shell to do. */
    public sealed interface Action {
        /**
         * @param lines commands, each ended by CRLF
         */
        record Send(String lines) implements Action {}

        /** Begin the handshake; everything received before is dropped (RFC 3207 4.2). */
        record StartTls() implements Action {}

        /**
         * Send the content with its dots stuffed, and the final dot, and signal when it has left.
         * The time of the step is allowed for each block. What is to be sent after it leaves behind
         * it.
         */
        record SendContent() implements Action {}

        /** Send the content as it is, in one piece: at most {@value Dialogue#CHUNK} octets. */
        record SendChunk() implements Action {}

        /**
         * The transaction is over; of two that were assigned, the first.
         *
         * @param results one for each recipient, in their order
         */
        record Report(List<RecipientResult> results) implements Action {
            public Report {
                results = List.copyOf(results);
            }
        }

        /**
         * Of the transactions that were assigned, the first was not tried: nothing was answered to
         * it before the session ended, or what was answered is about how we sent it. Nothing is to
         * be recorded of it.
         */
        record Return(Evidence why) implements Action {}

        /** Something to be remembered of the host. */
        record Learn(HostObservation lesson) implements Action {}

        /** The session never became ready: this host is of no use now. */
        record Unusable(Evidence why) implements Action {}

        record Close() implements Action {}
    }
}
