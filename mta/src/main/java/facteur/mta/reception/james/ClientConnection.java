package facteur.mta.reception.james;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The client's end of a connection, as the command handlers see it. */
public interface ClientConnection {
    InetSocketAddress remote();

    InetSocketAddress local();

    /** Whether STARTTLS can be offered on this listener. */
    boolean canStartTls();

    /** Sends a reply; each line is complete with its code. */
    void reply(List<String> lines);

    /** Begins the handshake, after the reply that has just been sent. */
    void startTls();

    /** What follows is message content. */
    void beginContent();

    /**
     * Waits before anything more is said or read, so that guessing passwords is slow, also for one
     * who guesses once a connection.
     */
    void slowDown();

    /** The client is no stranger any more. */
    void loggedIn();

    /**
     * Reads nothing more until something is known, then does what comes of it, on the connection's
     * own thread.
     */
    void await(CompletableFuture<?> known, Runnable then);

    /** Closes once what was replied has been sent. */
    void close();
}
