package facteur.mail.event;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.TlsFacts;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What sending came to. */
public sealed interface DeliveryEvent extends Event {
    RecipientId recipient();

    /**
     * An attempt, or the decision not to attempt, was ruled.
     *
     * @param attempt 1 for the first try; 0 when nothing was tried
     * @param hop where the attempt went, when it got as far as a host
     */
    record Ruled(
            RecipientId recipient,
            Instant at,
            int attempt,
            Disposition disposition,
            Optional<Hop> hop)
            implements DeliveryEvent {}

    /**
     * Readers of this copy are seen: some of its links lead through the tracker, or it has a pixel.
     * Told once, of the first copy that a host was given.
     *
     * @param links different targets that lead through the tracker
     */
    record Rendered(RecipientId recipient, Instant at, int links, boolean pixel)
            implements DeliveryEvent {}

    /**
     * The message left, or will leave, as it came: no links, no pixel.
     *
     * @param why a key, such as {@code foreign_signature}
     */
    record NotTracked(RecipientId recipient, Instant at, String why) implements DeliveryEvent {}

    /**
     * The sender was told by mail (RFC 3464).
     *
     * @param action {@code failed}, {@code delayed} or {@code relayed}, as the notice says
     * @param notice the message that says it; empty when none was sent, or that one did not arrive,
     *     and {@code detail} says why
     */
    record Notified(
            RecipientId recipient,
            Instant at,
            String action,
            Optional<MailId> notice,
            String detail)
            implements DeliveryEvent {}

    /**
     * One host that was talked to.
     *
     * @param site the destination after roll-up
     * @param host name of the MX host
     * @param address its IP address
     * @param source name of the egress source
     * @param tls how the session was protected; empty in clear
     * @param took from when the session was given the message to the ruling reply
     * @param waited before that, from when the recipient was due
     * @param connecting the part of it in which the connection was made; nothing on one that had
     *     carried a message before
     */
    record Hop(
            String site,
            String host,
            String address,
            String source,
            Optional<TlsFacts> tls,
            Duration took,
            Duration waited,
            Duration connecting) {
        /** One of which it is not known what came before. */
        public Hop(
                String site,
                String host,
                String address,
                String source,
                Optional<TlsFacts> tls,
                Duration took) {
            this(site, host, address, source, tls, took, Duration.ZERO, Duration.ZERO);
        }

        /** The same for a recipient that had waited so long. */
        public Hop after(Duration time) {
            return new Hop(site, host, address, source, tls, took, time, connecting);
        }
    }
}
