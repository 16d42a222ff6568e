package facteur.mail.event;

import java.time.Instant;

/**
 * How much is sent from one source to one site changed, and why. An empty source means every source
 * of ours.
 */
public sealed interface ShapingEvent extends Event {
    String source();

    String site();

    /**
     * Nothing is sent until then.
     *
     * @param until not after {@code at}: an earlier suspension is over
     * @param cause the reply that led to it, or who ended it
     */
    record Suspended(String source, String site, Instant at, Instant until, String cause)
            implements ShapingEvent {}

    /**
     * Fewer messages are sent until then.
     *
     * @param perHour messages an hour at most
     * @param cause the reply that led to it
     */
    record Slowed(String source, String site, Instant at, Instant until, int perHour, String cause)
            implements ShapingEvent {}

    /**
     * The path has learnt how many connections the site accepts.
     *
     * @param connections at most at the same time
     */
    record Limited(String source, String site, Instant at, int connections)
            implements ShapingEvent {}
}
