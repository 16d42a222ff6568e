package facteur.mta.delivery.netty;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.trace.Trace;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
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
            InetSocketAddress to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loops)
                        .channel(channelType)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(CONNECT.toMillis()))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        new SessionHandler(
                                                                host, to, options, tls, patience,
                                                                trace, listener));
                                    }
                                });
        source.ifPresent(address -> bootstrap.localAddress(new InetSocketAddress(address, 0)));
        bootstrap
                .connect(to)
                .addListener(
                        future -> {
                            if (!future.isSuccess()) {
                                listener.unusable(failure(host, to, future.cause()));
                            }
                        });
    }

    private static Evidence failure(String host, InetSocketAddress to, Throwable cause) {
        Fault fault =
                cause instanceof ConnectTimeoutException
                        ? Fault.CONNECTION_TIMEOUT
                        : Fault.CONNECTION_REFUSED;
        String where = host + " [" + to.getAddress().getHostAddress() + "]:" + to.getPort();
        return new Evidence.Failed(
                Stage.CONNECT, fault, "connect to " + where + ": " + cause.getMessage());
    }
}
