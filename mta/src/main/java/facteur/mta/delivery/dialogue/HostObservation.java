package facteur.mta.delivery.dialogue;

import facteur.mail.outcome.Evidence;

/** What a session showed of its host, to be remembered for the next. */
public sealed interface HostObservation {
    /** A transaction that was sent in this manner was answered in order. */
    record Bears(SendMode manner) implements HostObservation {}

    /**
     * Something that was sent in this manner was refused, or was lost before it had ever worked
     * with the host. It says nothing about the recipients.
     *
     * @param why the refusal; or that nothing came, or the connection ended
     */
    record Refuses(SendMode manner, Evidence why) implements HostObservation {}

    /** The host took up one message after so many on the same connection. */
    record TookUp(int message) implements HostObservation {}

    /**
     * After so many messages the host wanted no further one on the same connection.
     *
     * @param why a refusal of the next MAIL; or that the connection ended
     */
    record HadEnough(int messages, Evidence why) implements HostObservation {}

    /** EHLO was not understood and the connection ended: HELO is to come first. */
    record KnowsOnlyHelo() implements HostObservation {}
}
