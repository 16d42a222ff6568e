package facteur.mta.delivery.dialogue;

import facteur.mail.smtp.Capabilities;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the talk stands, with just the data that this place has. See {@link Dialogue} for the
 * diagram.
 */
public sealed interface Phase {
    /** Connected, waiting for the banner. */
    record Greeting(SessionOptions options) implements Phase {}

    /**
     * EHLO or HELO was sent.
     *
     * @param tls the protocol, or empty in clear
     * @param helo whether EHLO was refused before
     */
    record Hello(SessionOptions options, String tls, boolean helo) implements Phase {}

    /** STARTTLS was sent. */
    record TlsAsked(SessionOptions options, Capabilities inClear) implements Phase {}

    /** The handshake runs. */
    record Handshake(SessionOptions options) implements Phase {}

    /** A transaction can be assigned. */
    record Ready(Session session) implements Phase {}

    /**
     * MAIL and RCPT are under way, with DATA, or with the whole content behind BDAT.
     *
     * @param answered how many of the commands have been answered: 0 none, 1 MAIL, 1 + n all RCPT
     * @param results what is known of each recipient
     * @param manner how it was sent
     * @param next the transaction that follows this one, if it is known already
     */
    record Envelope(
            Session session,
            Transaction transaction,
            int answered,
            List<Optional<RecipientResult>> results,
            SendMode manner,
            Optional<Transaction> next)
            implements Phase {
        public Envelope {
            results = List.copyOf(results);
        }

        /** Whether only the reply to DATA or to the chunk is still to come. */
        boolean isLastAsked() {
            return answered > transaction.recipients().size();
        }

        /** Whether what goes wrong may be due to the manner, which has not worked yet. */
        boolean isUnproven() {
            return session.habits().isUnproven(manner);
        }

        Envelope answered(List<Optional<RecipientResult>> known) {
            return new Envelope(session, transaction, answered + 1, known, manner, next);
        }

        Envelope before(Optional<Transaction> following) {
            return new Envelope(session, transaction, answered, results, manner, following);
        }

        Envelope in(Session changed) {
            return new Envelope(changed, transaction, answered, results, manner, next);
        }
    }

    /** The content was asked for, and must not leave before the outcome of the last is on disk. */
    record Granted(
            Session session,
            Transaction transaction,
            List<Optional<RecipientResult>> results,
            Optional<Transaction> next)
            implements Phase {
        public Granted {
            results = List.copyOf(results);
        }
    }

    /**
     * The content is on its way.
     *
     * @param sent whether all of it has left, with the final dot
     * @param next the transaction that follows, if it is known already
     * @param behind whether the commands of that one leave behind the dot
     */
    record Content(
            Session session,
            Transaction transaction,
            List<Optional<RecipientResult>> results,
            boolean sent,
            Optional<Transaction> next,
            boolean behind)
            implements Phase {
        public Content {
            results = List.copyOf(results);
        }
    }

    /** DATA was granted though no recipient is left: a lone dot was sent (RFC 2920 3.1). */
    record Emptied(Session session, List<RecipientResult> results, Optional<Transaction> next)
            implements Phase {
        public Emptied {
            results = List.copyOf(results);
        }
    }

    /**
     * RSET was sent.
     *
     * @param then what follows: a transaction to be tried once more, one that waits, or both
     */
    record Resetting(Session session, List<Transaction> then) implements Phase {
        public Resetting {
            then = List.copyOf(then);
        }
    }

    /** QUIT was sent. */
    record Quitting() implements Phase {}

    record Closed() implements Phase {}

    /**
     * What is kept between transactions.
     *
     * @param tls the protocol, or empty in clear
     * @param habits what the host supports, as was known when a transaction was last assigned
     * @param refused what it has refused on this connection
     * @param takenUp how many transactions it began with us
     * @param unrecorded outcomes that were reported and may not be on disk yet
     */
    record Session(
            SessionOptions options,
            Capabilities capabilities,
            String tls,
            Habits habits,
            Set<SendMode> refused,
            int takenUp,
            int unrecorded) {
        public Session {
            refused = Set.copyOf(refused);
        }

        Session(SessionOptions options, Capabilities capabilities, String tls) {
            this(options, capabilities, tls, Habits.PROVEN, Set.of(), 0, 0);
        }

        Session with(Habits known) {
            return new Session(options, capabilities, tls, known, refused, takenUp, unrecorded);
        }

        Session without(SendMode manner) {
            EnumSet<SendMode> more = EnumSet.of(manner, refused.toArray(SendMode[]::new));
            return new Session(options, capabilities, tls, habits, more, takenUp, unrecorded);
        }

        Session reported() {
            return recorded(1);
        }

        Session recorded() {
            return recorded(-1);
        }

        private Session recorded(int more) {
            return new Session(
                    options, capabilities, tls, habits, refused, takenUp, unrecorded + more);
        }

        Session tookUp() {
            return new Session(
                    options, capabilities, tls, habits, refused, takenUp + 1, unrecorded);
        }

        boolean has(String extension) {
            return capabilities.has(extension);
        }

        /** Whether the host announces what the manner needs, and is not known to lack it. */
        boolean bears(SendMode manner) {
            return switch (manner) {
                case STEP_BY_STEP -> true;
                case PIPELINED -> has("PIPELINING") && isAllowed(manner);
                case BEHIND_THE_DOT -> bears(SendMode.PIPELINED) && isAllowed(manner);
                case CHUNKED -> has("CHUNKING") && bears(SendMode.PIPELINED) && isAllowed(manner);
            };
        }

        private boolean isAllowed(SendMode manner) {
            return habits.allowed().contains(manner) && !refused.contains(manner);
        }
    }
}
