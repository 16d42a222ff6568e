package facteur.tracker.netty;

import facteur.config.descriptor.Descriptors;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * Stands in front of what accepts connections at one address. Where descriptors run short, or
 * accepting fails, nothing is accepted for a second and one line says so: a failing accept is
 * otherwise tried again at once, without end.
 */
final class PausedAccepting extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(PausedAccepting.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final Descriptors descriptors;
    private final Runnable turnedAway;

    // Of the event loop of the listening channel.
    private boolean isPaused;

    /**
     * @param turnedAway counts a connection that was closed at once
     */
    PausedAccepting(Descriptors descriptors, Runnable turnedAway) {
        this.descriptors = descriptors;
        this.turnedAway = turnedAway;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (descriptors.admits()) {
            context.fireChannelRead(accepted);
            return;
        }
        // It is registered nowhere yet: there is no pipeline that could close it.
        ((Channel) accepted).unsafe().closeForcibly();
        turnedAway.run();
        pause(
                context,
                "all but "
                        + descriptors.reserve()
                        + " of "
                        + descriptors.limit()
                        + " file descriptors are in use (ulimit -n, LimitNOFILE)");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        pause(context, String.valueOf(cause.getMessage()));
    }

    private void pause(ChannelHandlerContext context, String why) {
        if (isPaused) {
            return;
        }
        isPaused = true;
        log.warn(
                "failed to accept at {}: paused for a second: {}",
                context.channel().localAddress(),
                why);
        context.channel().config().setAutoRead(false);
        context.executor()
                .schedule(
                        () -> {
                            isPaused = false;
                            context.channel().config().setAutoRead(true);
                        },
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }
}
