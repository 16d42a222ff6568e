package facteur.mta.delivery.dialogue;

import facteur.mail.outcome.Evidence;
import facteur.mail.smtp.Capabilities;

import java.util.List;
import java.util.Optional;

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
     * @param chunked whether the content has left with the envelope
     * @param next the transaction that follows this one, if it is known already
     */
    record Envelope(
            Session session,
            Transaction transaction,
            int answered,
            List<Optional<Evidence>> results,
            boolean chunked,
            Optional<Transaction> next)
            implements Phase {
        public Envelope {
            results = List.copyOf(results);
        }

        /** Whether only the reply to DATA or to the chunk is still to come. */
        boolean isLastAsked() {
            return answered > transaction.recipients().size();
        }

        Envelope answered(List<Optional<Evidence>> known) {
            return new Envelope(session, transaction, answered + 1, known, chunked, next);
        }

        Envelope before(Optional<Transaction> following) {
            return new Envelope(session, transaction, answered, results, chunked, following);
        }

        Envelope in(Session changed) {
            return new Envelope(changed, transaction, answered, results, chunked, next);
        }
    }

    /** The content was asked for, and must not leave before the outcome of the last is on disk. */
    record Granted(
            Session session,
            Transaction transaction,
            List<Optional<Evidence>> results,
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
     * @param next the transaction that follows; its commands leave behind the dot
     */
    record Content(
            Session session,
            Transaction transaction,
            List<Optional<Evidence>> results,
            boolean sent,
            Optional<Transaction> next)
            implements Phase {
        public Content {
            results = List.copyOf(results);
        }
    }

    /** DATA was granted though nobody is left: a lone dot was sent (RFC 2920 3.1). */
    record Emptied(Session session, List<Evidence> results, Optional<Transaction> next)
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
     * @param unrecorded outcomes that were reported and may not be on disk yet
     */
    record Session(SessionOptions options, Capabilities capabilities, String tls, int unrecorded) {
        Session(SessionOptions options, Capabilities capabilities, String tls) {
            this(options, capabilities, tls, 0);
        }

        Session reported() {
            return new Session(options, capabilities, tls, unrecorded + 1);
        }

        Session recorded() {
            return new Session(options, capabilities, tls, unrecorded - 1);
        }

        Session without(String extension) {
            return new Session(options, capabilities.without(extension), tls, unrecorded);
        }

        boolean has(String extension) {
            return capabilities.has(extension);
        }
    }
}
