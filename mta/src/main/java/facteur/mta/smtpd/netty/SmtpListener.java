package facteur.mta.smtpd.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Predicate;

/** One address of a service. */
public final class SmtpListener implements AutoCloseable {
    private static final int BACKLOG = 1024;

    /** For messages that are being stored when a listener closes, so that they get their 250. */
    private static final Duration PENDING_ANSWERS = Duration.ofSeconds(5);

    private final Channel channel;
    private final ChannelGroup clients;

    /** Whether connections begin with a PROXY header, and whose header is believed. */
    public sealed interface Proxy {
        /** Clients come themselves. */
        record None() implements Proxy {}

        /**
         * @param trusted tells whether an address is that of a proxy of ours
         */
        record From(Predicate<InetAddress> trusted) implements Proxy {}
    }

    private SmtpListener(Channel channel, ChannelGroup clients) {
        this.channel = channel;
        this.clients = clients;
    }

    /**
     * @throws IOException when the address cannot be listened at; it names the address
     */
    public static SmtpListener open(
            InetSocketAddress address,
            SmtpService.Security security,
            Proxy proxy,
            SmtpService service,
            EventLoopGroup loops,
            Class<? extends ServerSocketChannel> type)
            throws IOException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(type)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .handler(new AcceptPause(service.name(), service.admission()::relieve))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        clients.add(client);
                                        accept(client, security, proxy, service);
                                    }
                                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen for "
                            + service.name()
                            + " at "
                            + address
                            + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new SmtpListener(bound.channel(), clients);
    }

    private static void accept(
            SocketChannel client, SmtpService.Security security, Proxy proxy, SmtpService service) {
        boolean proxied = proxy instanceof Proxy.From;
        if (proxy instanceof Proxy.From(var trusted)) {
            if (!trusted.test(client.remoteAddress().getAddress())) {
                client.close();
                return;
            }
            client.pipeline().addLast(new HAProxyMessageDecoder());
        }
        client.pipeline().addLast(new ConnectionHandler(security, proxied, service));
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Takes no more clients, and says 421 to those that are there. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        clients.forEach(
                client -> client.pipeline().fireUserEventTriggered(ConnectionHandler.SHUTDOWN));
        clients.newCloseFuture().awaitUninterruptibly(PENDING_ANSWERS.toMillis());
        clients.close().awaitUninterruptibly();
    }
}
