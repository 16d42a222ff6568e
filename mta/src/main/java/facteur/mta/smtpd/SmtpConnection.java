package facteur.mta.smtpd;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client's connection, as the dialogue with it sees it. Owned by its event loop. */
public interface SmtpConnection {
    /** The client, also where a proxy stands between. */
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

    /** The client does what it came for: from now on it has the time of a whole session. */
    void begun();

    /**
     * The client is no stranger any more: it does not give way to others, and has {@link #begun}.
     */
    void loggedIn();

    /**
     * Reads nothing more until something is known, then does what comes of it, on the connection's
     * own thread. Nothing is done when the client has left meanwhile.
     */
    void await(CompletableFuture<?> known, Runnable then);

    /** Closes once what was replied has been sent. */
    void close();
}
