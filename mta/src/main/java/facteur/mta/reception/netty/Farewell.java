package facteur.mta.reception.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.group.ChannelGroup;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a listener: who is connected is told that the server stops (RFC 5321 3.8), and is not
 * cut off in the middle of an answer. Who does not go is closed.
 */
public interface Farewell extends ChannelHandler {
    /** RFC 3463 3.4: the system does not accept messages now. */
    String REPLY = "421 4.3.2 the server is stopping; try again later";

    /** A client that takes its last reply goes at once. */
    Duration PATIENCE = Duration.ofSeconds(2);

    /** Says 421 as soon as nothing is owed to the client, and closes. On the event loop. */
    void stop();

    /** Closes the listener, says it to all clients, and waits until they are gone. */
    static void to(Channel listener, ChannelGroup clients) {
        listener.close().awaitUninterruptibly();
        clients.forEach(client -> client.eventLoop().execute(() -> stop(client)));
        boolean _ =
                clients.newCloseFuture()
                        .awaitUninterruptibly(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        clients.close().awaitUninterruptibly();
    }

    private static void stop(Channel client) {
        Farewell handler = client.pipeline().get(Farewell.class);
        if (handler != null && client.isActive()) {
            handler.stop();
        }
    }
}
