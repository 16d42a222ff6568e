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
import java.util.function.Supplier;

/**
 * The event loops of the tracker, on the cheapest way to the kernel that is open: io_uring takes a
 * fifth less of the processor than epoll for each request (bench/NOTES.md), and many containers
 * forbid it.
 */
public final class TrackerLoops implements AutoCloseable {
    private final Transport transport;
    private final EventLoopGroup group;

    /** How the kernel is asked. */
    public enum Transport {
        IO_URING(IoUringServerSocketChannel.class, IoUringIoHandler::newFactory),
        EPOLL(EpollServerSocketChannel.class, EpollIoHandler::newFactory),
        NIO(NioServerSocketChannel.class, NioIoHandler::newFactory);

        private final Class<? extends ServerSocketChannel> server;
        private final Supplier<IoHandlerFactory> handlers;

        Transport(
                Class<? extends ServerSocketChannel> server, Supplier<IoHandlerFactory> handlers) {
            this.server = server;
            this.handlers = handlers;
        }

        /** The first of them that this machine offers. */
        public static Transport cheapest() {
            // Without buffer rings the kernel is older than 5.19, and its io_uring not yet settled.
            if (IoUring.isAvailable() && IoUring.isRegisterBufferRingSupported()) {
                return IO_URING;
            }
            return Epoll.isAvailable() ? EPOLL : NIO;
        }
    }

    public TrackerLoops(Transport transport, int loops) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(loops, transport.handlers.get());
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> server() {
        return transport.server;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
