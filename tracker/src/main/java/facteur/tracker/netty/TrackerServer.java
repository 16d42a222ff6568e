package facteur.tracker.netty;

import facteur.config.descriptor.Descriptors;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Serves pixels, redirects and unsubscriptions at some addresses. */
public final class TrackerServer implements AutoCloseable {
    // What waits while a loop is busy; the kernel has its own bound (net.core.somaxconn).
    private static final int BACKLOG = 4096;
    private static final long SWEEP_MILLIS = 250;

    private final List<Channel> listening = new ArrayList<>();
    private final TrackerConnections trackerConnections;
    private final Descriptors descriptors;
    private final ScheduledFuture<?> sweep;

    private TrackerServer(
            TrackerConnections trackerConnections, Descriptors descriptors, EventLoopGroup loops) {
        this.trackerConnections = trackerConnections;
        this.descriptors = descriptors;
        this.sweep =
                loops.next()
                        .scheduleWithFixedDelay(
                                () -> trackerConnections.sweep(System.nanoTime()),
                                SWEEP_MILLIS,
                                SWEEP_MILLIS,
                                TimeUnit.MILLISECONDS);
    }

    /**
     * @throws IOException when an address cannot be listened at; it names the address
     */
    public static TrackerServer open(
            List<TrackerListener> listeners,
            TrackerLimits trackerLimits,
            TrackerDependencies with,
            TrackerLoops loops)
            throws IOException {
        return open(listeners, trackerLimits, with, loops, Descriptors.ofThisProcess());
    }

    static TrackerServer open(
            List<TrackerListener> listeners,
            TrackerLimits trackerLimits,
            TrackerDependencies with,
            TrackerLoops loops,
            Descriptors descriptors)
            throws IOException {
        TrackerServer server =
                new TrackerServer(
                        new TrackerConnections(trackerLimits), descriptors, loops.group());
        try {
            for (TrackerListener trackerListener : listeners) {
                server.listen(trackerListener, with, loops);
            }
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen(
            TrackerListener trackerListener, TrackerDependencies with, TrackerLoops loops)
            throws IOException {
        Pipelines pipelines =
                new Pipelines(
                        trackerListener,
                        trackerConnections,
                        new TrackerRequests(with),
                        with.clock());
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.server())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .handler(new PausedAccepting(descriptors, trackerConnections::turnAway))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        pipelines.init(channel);
                                    }
                                })
                        .bind(trackerListener.address())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen for readers at "
                            + trackerListener.address()
                            + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listening.add(bound.channel());
    }

    /** Where readers come to, in the order in which the listeners were named. */
    public List<InetSocketAddress> addresses() {
        return listening.stream().map(c -> (InetSocketAddress) c.localAddress()).toList();
    }

    public TrackerConnections connections() {
        return trackerConnections;
    }

    @Override
    public void close() {
        sweep.cancel(false);
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        trackerConnections.close();
    }
}
