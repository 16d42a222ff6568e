package facteur.testkit.smtp;

import java.time.Duration;

/** What the shell of a laboratory server is to do next; decided by {@link ProviderDialogue}. */
sealed interface Act {
    record Say(Reply reply) implements Act {}

    /** Begin TLS as a server, then tell the dialogue. */
    record BeginTls() implements Act {}

    /** Read a message up to its final dot, then tell the dialogue. */
    record ReadContent() implements Act {}

    /** Read so many bytes, then tell the dialogue. */
    record ReadChunk(long size, boolean last) implements Act {}

    /** Read the first bytes of a message and close. */
    record CutContent() implements Act {}

    /** Write a message down as taken. */
    record Take(Taken taken) implements Act {}

    /** Send something back to the sender of a taken message, later. */
    record Return(RecipientBehaviour kind, Taken taken, String recipient) implements Act {}

    /** Note that the client broke the protocol. */
    record Blame(String why) implements Act {}

    /** Say nothing for a while; a Close follows. */
    record Hang(Duration time) implements Act {}

    record Close() implements Act {}
}
