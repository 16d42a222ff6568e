package facteur.mta.delivery.dialogue;

import facteur.mail.smtp.Reply;

/** What can happen to a talk. */
public sealed interface Signal {
    record Replied(Reply reply) implements Signal {}

    /** Octets came that are no reply. */
    record Garbled(String line) implements Signal {}

    /**
     * @param protocol such as {@code TLSv1.3 TLS_AES_128_GCM_SHA256}
     */
    record TlsEstablished(String protocol) implements Signal {}

    record TlsFailed(String detail) implements Signal {}

    /** The content with its final dot has left; only in {@link Phase.Content}. */
    record ContentSent() implements Signal {}

    /**
     * Nothing came within the time that the last step allowed, or the whole transaction took longer
     * than {@link Dialogue#longest}.
     *
     * @param detail which of the two
     */
    record TimedOut(String detail) implements Signal {}

    record Disconnected(String detail) implements Signal {}

    /**
     * There is a message to hand over; only while {@link Dialogue#takes} says so.
     *
     * @param habits what is known of the host by now
     */
    record Assigned(Transaction transaction, Habits habits) implements Signal {}

    /** The outcome that was reported first of those that were not recorded is on disk. */
    record Recorded() implements Signal {}

    /** There is no further message; only in {@link Phase.Ready}. */
    record Finish() implements Signal {}
}
