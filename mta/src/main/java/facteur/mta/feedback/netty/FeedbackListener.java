package facteur.mta.feedback.netty;

import facteur.mta.feedback.Receiver;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Where bounces, complaints and unsubscriptions come back to. */
public final class FeedbackListener implements AutoCloseable {
    // Each may hold a mail of a MiB while it is read.
    private static final int MAX_CONNECTIONS = 200;
    private static final int MAX_PER_CLIENT = 50;

    private final Channel channel;
    private final ChannelGroup clients;
    private final ExecutorService takers;

    private FeedbackListener(Channel channel, ChannelGroup clients, ExecutorService takers) {
        this.channel = channel;
        this.clients = clients;
        this.takers = takers;
    }

    /** Who is connected. Any thread. */
    static final class Crowd {
        private final AtomicInteger all = new AtomicInteger();
        private final Map<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

        /** Counts a client in; {@link #left} is owed even when there are too many. */
        boolean isWelcome(InetAddress client) {
            int ofClient = byClient.merge(client, 1, Integer::sum);
            return all.incrementAndGet() <= MAX_CONNECTIONS && ofClient <= MAX_PER_CLIENT;
        }

        void left(InetAddress client) {
            all.decrementAndGet();
            byClient.compute(client, (_, count) -> count == null || count <= 1 ? null : count - 1);
        }
    }

    /**
     * @param certificate asked anew for each connection, so that a renewed one is used at once;
     *     empty: TLS is not offered
     * @throws IOException when the address cannot be listened at; it names the address
     */
    public static FeedbackListener open(
            InetSocketAddress address,
            Receiver receiver,
            Supplier<Optional<SslContext>> certificate,
            EventLoopGroup loops,
            Class<? extends ServerSocketChannel> type)
            throws IOException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ExecutorService takers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("feedback-", 0).factory());
        Crowd crowd = new Crowd();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(type)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        clients.add(client);
                                        client.pipeline()
                                                .addLast(
                                                        new ReportHandler(
                                                                receiver,
                                                                certificate.get(),
                                                                crowd,
                                                                takers));
                                    }
                                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            takers.close();
            throw new IOException(
                    "listen for returned mail at " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        return new FeedbackListener(bound.channel(), clients, takers);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        clients.close().awaitUninterruptibly();
        takers.close();
    }
}
