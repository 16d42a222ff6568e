package facteur.admin.control;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.queue.WaitReason;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queue, as an operator sees and moves it. A subject is a part of it: {@code domain:NAME},
 * {@code site:NAME}, {@code source:NAME}, {@code credential:NAME}, {@code campaign:NAME} or {@code
 * message:ID}. A campaign's name is written as {@link facteur.mail.text.NameOrId} reads it.
 */
public interface QueueControl {
    /**
     * The queue at one instant.
     *
     * @param routing recipients for which the DNS is asked
     * @param deferred recipients that wait for their time
     * @param held recipients that wait for an operator, beside those of held destinations
     * @param waiting recipients that are due and wait for a connection
     * @param busy connections that carry a message
     * @param resolver why nothing can be routed, when that is so
     * @param destinations those for which most waits
     * @param more destinations that are not told
     */
    record Snapshot(
            Instant at,
            long routing,
            long deferred,
            long held,
            long waiting,
            long busy,
            Optional<WaitReason> resolver,
            List<Destination> destinations,
            long more) {
        public Snapshot {
            destinations = List.copyOf(destinations);
        }
    }

    /**
     * One site from one source, or a site or domain for which recipients wait elsewhere.
     *
     * @param source empty where no path is in use
     * @param waiting recipients that are due, and wait for a connection
     * @param busy connections that carry a message
     * @param connections open ones
     * @param limit connections that it gets at most at present
     * @param perSecond messages a second that it gets at most at present
     * @param state {@code open}, {@code slowed}, {@code suspended} or {@code probing}
     * @param held whether an operator holds it
     * @param delivered recipients since the path came into use; an idle one is forgotten
     * @param deferred recipients of the site that wait for their time
     * @param heldRecipients recipients of the site that wait for an operator
     * @param reason why those that wait do; empty when none waits
     */
    record Destination(
            String site,
            String source,
            long waiting,
            int busy,
            int connections,
            int limit,
            double perSecond,
            String state,
            boolean held,
            long delivered,
            String lastReply,
            long deferred,
            long heldRecipients,
            Optional<WaitReason> reason) {}

    /**
     * Why a recipient has not been sent to yet.
     *
     * @param site empty where it is not known
     * @param source empty where none is chosen
     */
    record Explanation(
            String recipient,
            String address,
            String site,
            String source,
            WaitReason reason,
            int attempts) {}

    Snapshot snapshot();

    /** Whether a text names a part of the queue. */
    boolean isSubject(String subject);

    /** Whether there is an egress source of that name. */
    boolean hasSource(String name);

    /** Makes due what belongs to a subject; answers how many recipients that were. */
    int flush(String subject, String operator);

    /** Gives up what belongs to a subject, as ordered by {@code operator}. */
    int cancel(String subject, String operator, String why);

    /** Stops sending a part of the queue, or goes on, as recorded. */
    void hold(OperatorEvent.Held order);

    /** Sends a part of the queue from another source, as recorded. */
    void move(OperatorEvent.Moved order);

    /** What the recipients of these messages wait for; none of those settled. */
    List<Explanation> explain(Set<MailId> messages);
}
