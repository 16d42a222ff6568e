package facteur.testkit.smtp;

import java.time.Duration;

/** What the shell of a laboratory server is to do next; decided by {@link ProviderDialogue}. */
sealed interface ServerAct {
    record Say(ServerReply reply) implements ServerAct {}

    /** Begin TLS as a server, then tell the dialogue. */
    record BeginTls() implements ServerAct {}

    /** Read a message up to its final dot, then tell the dialogue. */
    record ReadContent() implements ServerAct {}

    /** Read so many bytes, then tell the dialogue. */
    record ReadChunk(long size, boolean last) implements ServerAct {}

    /** Read the first bytes of a message and close. */
    record CutContent() implements ServerAct {}

    /** Write a message down as taken. */
    record Take(TakenMessage taken) implements ServerAct {}

    /** Send something back to the sender of a taken message, later. */
    record Return(RecipientBehaviour kind, TakenMessage taken, String recipient)
            implements ServerAct {}

    /** Note that the client broke the protocol. */
    record Blame(String why) implements ServerAct {}

    /** Say nothing for a while; a Close follows. */
    record Hang(Duration time) implements ServerAct {}

    record Close() implements ServerAct {}
}
