package facteur.mta.smtpd.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the client gets the last reply. Closing at once while octets of the
 * client are unread makes the kernel send a reset, and a reset throws away what the client has not
 * read yet: so our side ends first, and what still comes is read and dropped for a moment.
 */
final class LastWords {
    /** For a client that neither reads nor closes. */
    private static final long LINGER_MILLIS = 2000;

    private LastWords() {}

    /**
     * Sends {@code last} and closes. The handler drops what it is given from now on.
     *
     * @param last may be empty
     */
    static void say(ChannelHandlerContext ctx, ByteBuf last) {
        ctx.channel().config().setAutoRead(true);
        // Whether or not the client ever takes the reply.
        ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        ctx.writeAndFlush(last)
                .addListener(
                        (ChannelFuture sent) -> {
                            if (sent.isSuccess()) {
                                endOurSide(ctx);
                            } else {
                                ctx.close();
                            }
                        });
    }

    /** Sends {@code last} as far as the kernel takes it now, and closes. */
    static void sayAndLeave(ChannelHandlerContext ctx, ByteBuf last) {
        ctx.writeAndFlush(last, ctx.voidPromise());
        ctx.close();
    }

    private static void endOurSide(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutDown(ctx);
        } else {
            tls.closeOutbound().addListener(_ -> shutDown(ctx));
        }
    }

    private static void shutDown(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            ctx.close();
        }
    }
}
