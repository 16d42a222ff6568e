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
     * MAIL, RCPT and DATA are under way.
     *
     * @param answered how many of the commands have been answered: 0 none, 1 MAIL, 1 + n all RCPT
     * @param results what is known of each recipient
     */
    record Envelope(
            Session session,
            Transaction transaction,
            int answered,
            List<Optional<Evidence>> results)
            implements Phase {
        public Envelope {
            results = List.copyOf(results);
        }
    }

    /**
     * The content is on its way.
     *
     * @param sent whether all of it has left, with the final dot
     */
    record Content(
            Session session,
            Transaction transaction,
            List<Optional<Evidence>> results,
            boolean sent)
            implements Phase {
        public Content {
            results = List.copyOf(results);
        }
    }

    /** DATA was granted though nobody is left: a lone dot was sent (RFC 2920 3.1). */
    record Emptied(Session session, List<Evidence> results) implements Phase {
        public Emptied {
            results = List.copyOf(results);
        }
    }

    /** RSET was sent. */
    record Resetting(Session session) implements Phase {}

    /** QUIT was sent. */
    record Quitting() implements Phase {}

    record Closed() implements Phase {}

    /** What stays the same between transactions. */
    record Session(SessionOptions options, Capabilities capabilities, String tls) {}
}
