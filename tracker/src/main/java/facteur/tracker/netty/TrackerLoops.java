package facteur.tracker.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The event loops of the tracker, on the cheapest way to the kernel that is open: on io_uring they
 * take about a tenth less of the processor for each request than on epoll (bench/NOTES.md), and
 * many containers forbid it.
 */
public final class TrackerLoops implements AutoCloseable {
    private final Transport transport;
    private final EventLoopGroup group;

    /** How the kernel is asked. */
    public enum Transport {
        IO_URING,
        EPOLL,
        NIO;

        /** The first of them that this machine offers. */
        public static Transport cheapest() {
            return Stream.of(values()).filter(Transport::isOffered).findFirst().orElse(NIO);
        }

        boolean isOffered() {
            return switch (this) {
                // Without buffer rings the kernel is older than 5.19, its io_uring not yet settled.
                case IO_URING -> IoUring.isAvailable() && IoUring.isRegisterBufferRingSupported();
                case EPOLL -> Epoll.isAvailable();
                case NIO -> true;
            };
        }

        private IoHandlerFactory handlers() {
            return switch (this) {
                case IO_URING -> IoUringIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case NIO -> NioIoHandler.newFactory();
            };
        }

        private Class<? extends ServerSocketChannel> server() {
            return switch (this) {
                case IO_URING -> IoUringServerSocketChannel.class;
                case EPOLL -> EpollServerSocketChannel.class;
                case NIO -> NioServerSocketChannel.class;
            };
        }
    }

    public TrackerLoops(Transport transport, int loops) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(loops, transport.handlers());
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> server() {
        return transport.server();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
