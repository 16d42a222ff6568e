package facteur.mail.event;

import facteur.mail.address.Address;
import facteur.mail.message.MailId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a person at a console or screen decided. Each names who and why. */
public sealed interface OperatorEvent extends Event {
    String operator();

    record Suppressed(
            Address address,
            Instant at,
            String operator,
            SuppressionCause cause,
            SuppressionScope scope,
            Optional<Instant> expires,
            String why)
            implements OperatorEvent {}

    record Unsuppressed(Address address, Instant at, String operator, String why)
            implements OperatorEvent {}

    /**
     * One line of an import.
     *
     * @param since empty: since the import
     * @param why empty: as the import says
     */
    record Imported(
            Address address,
            SuppressionCause cause,
            SuppressionScope scope,
            Optional<Instant> since,
            Optional<Instant> expires,
            String why) {}

    /**
     * A part of an import of suppressions. It means nothing without an {@link ImportCommitted}.
     *
     * @param id of the import; grows with time
     * @param part from 0 on
     */
    record ImportStaged(long id, int part, Instant at, String operator, List<Imported> rows)
            implements OperatorEvent {
        /** Lines of one part: a record in the journal stays small. */
        public static final int MAX_ROWS = 5000;

        public ImportStaged {
            rows = List.copyOf(rows);
        }
    }

    /**
     * All parts of an import hold from now on.
     *
     * @param parts how many there are
     * @param rows how many lines they have together
     */
    record ImportCommitted(long id, int parts, long rows, Instant at, String operator, String why)
            implements OperatorEvent {}

    /** Try what is pending of a message now. */
    record RetryAsked(MailId message, Instant at, String operator, String why)
            implements OperatorEvent {}

    /** Never send what is pending of a message. */
    record CancelAsked(MailId message, Instant at, String operator, String why)
            implements OperatorEvent {}

    /**
     * Stop, or no longer stop, sending to a part of the queue.
     *
     * @param subject what is held, such as {@code domain:example.org} or {@code campaign:spring}
     */
    record Held(String subject, boolean held, Instant at, String operator, String why)
            implements OperatorEvent {}

    /** Try now what waits in a part of the queue, whatever held it back. */
    record FlushAsked(String subject, Instant at, String operator, String why)
            implements OperatorEvent {}

    /** Give up what waits in a part of the queue. */
    record WithdrawAsked(String subject, Instant at, String operator, String why)
            implements OperatorEvent {}

    /**
     * Send a part of the queue from another source.
     *
     * @param source its name; empty: from where it would leave without this
     */
    record Moved(String subject, String source, Instant at, String operator, String why)
            implements OperatorEvent {}

    /**
     * Forget a person: the address, and what single messages say about them.
     *
     * @param contact its number; the address is not repeated here, since this stays
     */
    record Erased(long contact, Instant at, String operator, String why) implements OperatorEvent {}

    /**
     * The time of old messages is over, as the operator's settings say.
     *
     * @param timelines of messages before it single attempts and hits are forgotten
     * @param history of messages before it only sums are kept
     */
    record Expired(MailId timelines, MailId history, Instant at, String operator)
            implements OperatorEvent {}
}
