package facteur.mta.delivery;

import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Makes SMTP sessions. */
public interface Connector {
    /**
     * Connects and says hello; what comes of it is told to the listener.
     *
     * @param host name of the host, for TLS
     * @param source local address to connect from
     */
    void connect(
            String host,
            InetSocketAddress to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener);

    /** A session on which messages are handed over, one at a time. */
    interface OutboundSession {
        String host();

        InetSocketAddress remote();

        /** Protocol and cipher, or empty in clear. */
        String tls();

        /** Recipients that the host takes in one transaction (RFC 9422 RCPTMAX). */
        int mostRecipients();

        /** Messages that the host takes on one connection (RFC 9422 MAILMAX). */
        int mostMessages();

        /**
         * Hands over a message; once after {@code ready}, once after each {@code ready} that
         * follows a report.
         */
        void assign(Transaction transaction, Content content);

        /** Says good-bye. */
        void finish();
    }

    /** Is told, on the session's own thread and in order. */
    interface SessionListener {
        /** A message can be assigned. */
        void ready(OutboundSession session);

        /** The session never became ready; nothing more follows. */
        void unusable(Evidence why);

        /**
         * What became of the message that was assigned. Another {@code ready} or {@code closed}
         * follows.
         */
        void reported(OutboundSession session, List<Evidence> results);

        /** The session is over. */
        void closed(OutboundSession session);
    }
}
