package facteur.mta.smtpd.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * What a listener does when a connection cannot be accepted, as when the process has no descriptor
 * left: it stops accepting for a second, says so in one line, and lets a stranger give way. Clients
 * wait in the backlog meanwhile; without the pause it would fail again at once, for ever.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);
    private static final long PAUSE_MILLIS = 1000;

    private final String what;
    private final Runnable relieve;
    private boolean pausing;

    /**
     * @param what is listened for, for the log
     * @param relieve frees a descriptor, if it can
     */
    AcceptPause(String what, Runnable relieve) {
        this.what = what;
        this.relieve = relieve;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (pausing) {
            return;
        }
        pausing = true;
        ctx.channel().config().setAutoRead(false);
        log.warn(
                "failed to accept {} at {}: {}; waiting 1 s",
                what,
                ctx.channel().localAddress(),
                cause.getMessage());
        relieve.run();
        ctx.channel()
                .eventLoop()
                .schedule(
                        () -> {
                            pausing = false;
                            ctx.channel().config().setAutoRead(true);
                        },
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }
}
