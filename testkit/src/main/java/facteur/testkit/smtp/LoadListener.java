package facteur.testkit.smtp;

import java.util.List;

/** Is told what became of each message of a {@link LoadSource}, on the thread of its connection. */
public interface LoadListener {
    /** The server said 250 to the final dot: from now on the message must not be lost. */
    default void acknowledged(String id, List<String> recipients) {}

    /** The server refused the message, or all its recipients. */
    default void refused(String id, ServerReply reply) {}

    /**
     * The connection broke after the final dot and before the reply: it may be delivered, or not.
     */
    default void uncertain(String id, List<String> recipients) {}
}
