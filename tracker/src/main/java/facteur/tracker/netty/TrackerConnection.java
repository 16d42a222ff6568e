package facteur.tracker.netty;

import facteur.config.unit.Network;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** One client's connection. Belongs to its event loop, but for the deadline, which all may read. */
final class TrackerConnection {
    /** Counts connections, and says how long a client has for its next request. */
    interface Owner {
        /** Whether the client may have one more connection; false closes it. */
        boolean admit(TrackerConnection connection, InetAddress client, boolean counted);

        /** In nanoseconds. */
        long patience();
    }

    private final Owner owner;
    private final Channel channel;
    private final TrackerListener trackerListener;
    private InetAddress peer;
    private boolean isProxy; // whose word on the client is taken
    private String agent = "";
    private volatile long deadlineNanos;
    private volatile boolean isClosing;

    /** Where it is counted; set once, before the connection can be closed by us. */
    volatile @Nullable Network network;

    TrackerConnection(
            Owner owner,
            Channel channel,
            TrackerListener trackerListener,
            InetAddress peer,
            long patienceNanos) {
        this.owner = owner;
        this.channel = channel;
        this.trackerListener = trackerListener;
        this.peer = peer;
        this.deadlineNanos = System.nanoTime() + patienceNanos;
    }

    Channel channel() {
        return channel;
    }

    TrackerListener listener() {
        return trackerListener;
    }

    /** Who is connected, or whom the PROXY header names. */
    InetAddress peer() {
        return peer;
    }

    /** Whether {@link #peer} is trusted to say whom it asks for. */
    boolean isProxy() {
        return isProxy;
    }

    /** Takes the client's address; false when it has too many connections. */
    boolean admit(InetAddress client) {
        this.peer = client;
        this.isProxy = trackerListener.trusts(client);
        return owner.admit(this, client, !isProxy);
    }

    /**
     * A user agent as it was said before on this connection: one text, which is hashed and compared
     * once for all that is asked over it.
     */
    String agent(String said) {
        if (!said.equals(agent)) {
            agent = said;
        }
        return agent;
    }

    /** A whole request came: the client has time for another. Parts of one gain no time. */
    void requested() {
        deadlineNanos = System.nanoTime() + owner.patience();
    }

    /** Whether it has taken too long and is not being closed for it yet. */
    boolean isOverdue(long nowNanos) {
        return !isClosing && nowNanos - deadlineNanos > 0;
    }

    /** Ends it, as soon as what was said last is sent. */
    void close() {
        isClosing = true;
        channel.close();
    }
}
