package facteur.mta.delivery.netty;

import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.trace.Trace;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLException;

/** Connects with Netty. */
public final class NettyConnector implements Connector {
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private final EventLoopGroup loops;
    private final Class<? extends SocketChannel> channelType;
    private final SslContext tls;
    private final Trace trace;
    private final UnaryOperator<Duration> patience;

    public NettyConnector(
            EventLoopGroup loops, Class<? extends SocketChannel> channelType, Trace trace)
            throws SSLException {
        this(loops, channelType, trace, UnaryOperator.identity());
    }

    /**
     * @param patience how long to wait where the dialogue allows so much; for tests
     */
    NettyConnector(
            EventLoopGroup loops,
            Class<? extends SocketChannel> channelType,
            Trace trace,
            UnaryOperator<Duration> patience)
            throws SSLException {
        this.trace = trace;
        this.patience = patience;
        this.loops = loops;
        this.channelType = channelType;
        // RFC 3207 4: opportunistic TLS keeps listeners out; whom we talk to, it cannot prove
        // without DANE or MTA-STS.
        this.tls =
                SslContextBuilder.forClient()
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .endpointIdentificationAlgorithm(null)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
    }

    @Override
    public void connect(
            String host,
            List<InetSocketAddress> to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        EventLoop loop = loops.next();
        Race race = new Race(host, to, loop, listener);
        race.start(
                address -> {
                    Bootstrap bootstrap =
                            bootstrap(loop)
                                    .handler(
                                            new SessionHandler(
                                                    host, address, options, tls, patience, trace,
                                                    race, listener));
                    source.ifPresent(own -> bootstrap.localAddress(new InetSocketAddress(own, 0)));
                    return bootstrap.connect(address);
                });
    }

    private Bootstrap bootstrap(EventLoop loop) {
        return new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true);
    }
}
