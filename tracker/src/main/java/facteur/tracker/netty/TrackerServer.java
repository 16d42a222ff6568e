package facteur.tracker.netty;

import facteur.config.unit.Network;
import facteur.mail.token.TokenSeal;
import facteur.tracker.recording.Recorder;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Serves pixels, redirects and unsubscriptions at one address. */
public final class TrackerServer implements AutoCloseable {
    private static final int MAX_HEAD = 8 << 10;
    private static final int MAX_BODY = 4 << 10;
    private static final int IDLE_SECONDS = 30;
    private static final int MAX_CONNECTIONS = 10_000;

    private final Channel channel;
    private final ChannelGroup clients;

    private TrackerServer(Channel channel, ChannelGroup clients) {
        this.channel = channel;
        this.clients = clients;
    }

    /**
     * What requests are answered with.
     *
     * @param seal asked anew for each request, so that keys can be rotated
     * @param trustedProxies whose X-Forwarded-For is believed
     */
    public record Collaborators(
            Supplier<TokenSeal> seal,
            Recorder recorder,
            InstantSource clock,
            List<Network> trustedProxies,
            Figures figures) {
        public Collaborators {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /** What the tracker counts. */
    public record Figures(
            LongAdder pixels, LongAdder redirects, LongAdder unsubscribes, LongAdder refused) {
        public static Figures zero() {
            return new Figures(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    /**
     * @throws IOException when the address cannot be listened at; it names the address
     */
    public static TrackerServer open(
            InetSocketAddress address,
            Collaborators with,
            EventLoopGroup loops,
            Class<? extends ServerSocketChannel> type)
            throws IOException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(type)
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        if (clients.size() >= MAX_CONNECTIONS) {
                                            channel.close();
                                            return;
                                        }
                                        clients.add(channel);
                                        channel.pipeline()
                                                .addLast(
                                                        new ReadTimeoutHandler(
                                                                IDLE_SECONDS, TimeUnit.SECONDS),
                                                        new HttpServerCodec(
                                                                new HttpDecoderConfig()
                                                                        .setMaxInitialLineLength(
                                                                                MAX_HEAD)
                                                                        .setMaxHeaderSize(
                                                                                MAX_HEAD)),
                                                        new HttpObjectAggregator(MAX_BODY),
                                                        new RequestHandler(with));
                                    }
                                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen for readers at " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        return new TrackerServer(bound.channel(), clients);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        clients.close().awaitUninterruptibly();
    }
}
