package facteur.mta.smtpd.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A connection in memory, on a clock of its own, whose client may stop reading. */
public final class DeafChannel extends EmbeddedChannel {
    private final InetSocketAddress remote;
    private boolean deaf;

    public DeafChannel(String client, ChannelHandler handler) {
        super();
        this.remote = new InetSocketAddress(InetAddress.ofLiteral(client), 4711);
        freezeTime();
        pipeline().addLast(handler);
        pipeline().fireChannelActive();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    protected SocketAddress localAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (!deaf) {
            super.doWrite(in);
        }
    }

    /** The client reads nothing from now on, or reads again. */
    public void deaf(boolean stops) {
        deaf = stops;
        if (!deaf) {
            flush();
            runPendingTasks();
        }
    }

    /** Octets that wait in memory for the client to read them. */
    public long waiting() {
        ChannelOutboundBuffer buffer = unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** What the client read. */
    public String said() {
        StringBuilder text = new StringBuilder();
        io.netty.buffer.ByteBuf octets = readOutbound();
        while (octets != null) {
            text.append(octets.toString(StandardCharsets.UTF_8));
            octets.release();
            octets = readOutbound();
        }
        return text.toString();
    }

    public void say(String text) {
        writeInbound(io.netty.buffer.Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /**
     * Sends {@code text} again and again while octets are read from the socket.
     *
     * @return octets that were read, at most {@code most}
     */
    public long sendWhileRead(String text, long most) {
        long sent = 0;
        while (sent < most && isOpen() && config().isAutoRead()) {
            say(text);
            sent += text.length();
        }
        return sent;
    }

    public void after(long seconds) {
        advanceTimeBy(seconds, TimeUnit.SECONDS);
        runScheduledPendingTasks();
        runPendingTasks();
    }
}
