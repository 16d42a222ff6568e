package facteur.mta.delivery;

import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Makes SMTP sessions. */
public interface Connector {
    /**
     * Connects and says hello; what comes of it is passed to the listener.
     *
     * @param host name of the host, for TLS
     * @param to addresses of the host, at least one: a later one is tried as well when those before
     *     have not answered soon, and the first connection that stands is used (RFC 8305 5)
     * @param source local address to connect from
     */
    void connect(
            String host,
            List<InetSocketAddress> to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener);

    /**
     * What a host said of itself.
     *
     * @param mostRecipients that it takes in one transaction (RFC 9422 RCPTMAX)
     * @param mostMessages that it takes on one connection (RFC 9422 MAILMAX, and RCPTDOMAINMAX: a
     *     message here is for one domain), or has been found to take
     * @param eightBitMime whether it takes 8-bit content (RFC 6152)
     * @param pipelining whether a transaction may leave behind the one under way (RFC 2920)
     * @param utf8 whether it takes addresses and header fields beyond ASCII (RFC 6531)
     * @param notices whether it sends the notices that are asked for (RFC 3461)
     */
    record Offer(
            int mostRecipients,
            int mostMessages,
            boolean eightBitMime,
            boolean pipelining,
            boolean utf8,
            boolean notices) {
        /** Of a host that sends no notices and takes addresses in ASCII alone. */
        public Offer(
                int mostRecipients, int mostMessages, boolean eightBitMime, boolean pipelining) {
            this(mostRecipients, mostMessages, eightBitMime, pipelining, false, false);
        }

        /** The same with no more messages than that on one connection. */
        public Offer atMost(int messages) {
            return new Offer(
                    mostRecipients,
                    Math.min(mostMessages, messages),
                    eightBitMime,
                    pipelining,
                    utf8,
                    notices);
        }
    }

    /** A session on which messages are handed over, one after the other. */
    interface OutboundSession {
        String host();

        InetSocketAddress remote();

        /** Protocol and cipher, or empty in clear. */
        String tls();

        Offer offer();

        /**
         * Hands over a message: one after {@code ready}, and one more while one is under way. Each
         * is reported or returned once, in the same order.
         */
        void assign(Transaction transaction, Content content);

        /**
         * The outcome that was reported is on disk; until then no further content leaves. Once
         * after each report.
         */
        void recorded();

        /** Says good-bye. */
        void finish();
    }

    /** Is told, on the session's own thread and in order. */
    interface SessionListener {
        /** An address cannot be connected to; others may still be tried. */
        default void unreachable(InetSocketAddress address, Evidence why) {}

        /** A connection stands; other addresses are not waited for any more. */
        default void connected(InetSocketAddress address) {}

        /** A message can be assigned, and none is under way. */
        void ready(OutboundSession session);

        /** The session never became ready; nothing more follows. */
        void unusable(Evidence why);

        /**
         * What became of the first assigned message not reported yet.
         *
         * @param results one for each recipient, in their order
         */
        void reported(OutboundSession session, List<RecipientResult> results);

        /**
         * The first assigned message not reported yet has not been tried: the session ended before
         * the host said anything about it. There is nothing to be recorded of it, and {@link
         * OutboundSession#recorded} is not called for it.
         *
         * @param why what ended the session
         */
        void returned(OutboundSession session, Evidence why);

        /**
         * What is known of the host, asked whenever a message is assigned.
         *
         * @param behind whether another message is under way, behind which this one may be sent
         */
        default Habits habits(OutboundSession session, boolean behind) {
            return Habits.PROVEN;
        }

        /** Something to be remembered of the host; also before {@code unusable}. */
        default void learnt(OutboundSession session, HostObservation hostObservation) {}

        /** The session is over. */
        void closed(OutboundSession session);
    }
}
