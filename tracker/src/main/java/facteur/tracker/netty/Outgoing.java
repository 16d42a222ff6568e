package facteur.tracker.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;

import java.util.ArrayList;
import java.util.List;

/**
 * What an event loop has written and not yet sent: all of it goes out once the loop has read from
 * every connection that had something. Clients on the same machine, such as a proxy, are then woken
 * once, and not for each answer.
 */
final class Outgoing {
    private static final FastThreadLocal<Outgoing> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected Outgoing initialValue() {
                    return new Outgoing();
                }
            };

    private List<ChannelHandlerContext> written = new ArrayList<>();
    private List<ChannelHandlerContext> sending = new ArrayList<>();

    /** Flushes the connection at the end of the loop's turn; called on its event loop. */
    static void flushLater(ChannelHandlerContext context) {
        OF_LOOP.get().add(context);
    }

    private void add(ChannelHandlerContext context) {
        if (written.isEmpty()) {
            context.executor().execute(this::send);
        }
        written.add(context);
    }

    private void send() {
        List<ChannelHandlerContext> now = written;
        written = sending;
        sending = now;
        now.forEach(ChannelHandlerContext::flush);
        now.clear();
    }
}
