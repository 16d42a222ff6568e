package facteur.mta.reception.netty;

import facteur.config.access.Admission;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;

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
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One address at which applications hand in mail. */
public final class SubmissionListener implements AutoCloseable {
    /** When the client speaks TLS. */
    public enum Security {
        NONE,
        STARTTLS,
        IMPLICIT
    }

    /**
     * What is asked of clients.
     *
     * @param maxConnections of all clients together
     * @param maxPerClient of one address, and strangers of one network
     */
    public record Limits(SmtpSession.Rules rules, int maxConnections, int maxPerClient) {}

    /** Whether connections begin with a PROXY header, and whose header is believed. */
    public sealed interface Proxy {
        /** Clients come themselves. */
        record None() implements Proxy {}

        /**
         * @param trusted tells whether an address is that of a proxy of ours
         */
        record From(Predicate<InetAddress> trusted) implements Proxy {}
    }

    /**
     * What the listeners of a server have in common.
     *
     * @param limits those in force
     * @param certificate the current TLS context; asked anew for each connection, so that a renewed
     *     one is used at once
     * @param trusted whom a loopback client submits as when it need not log in
     * @param trace told what is said, without secrets
     */
    public record Shared(
            JamesSessionFactory sessions,
            Submission submission,
            Supplier<Limits> limits,
            Supplier<Optional<SslContext>> certificate,
            Supplier<Optional<Credential>> trusted,
            Trace trace) {}

    private final Channel channel;
    private final ChannelGroup clients;

    private SubmissionListener(Channel channel, ChannelGroup clients) {
        this.channel = channel;
        this.clients = clients;
    }

    /**
     * @param admission over all listeners of a server
     * @throws IOException when the address cannot be listened at; it names the address
     */
    public static SubmissionListener open(
            InetSocketAddress address,
            Security security,
            Proxy proxy,
            Shared shared,
            Admission admission,
            EventLoopGroup loops,
            Class<? extends ServerSocketChannel> type)
            throws IOException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(type)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .handler(new AcceptPause("a submission", admission::relieve))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        clients.add(channel);
                                        if (proxy instanceof Proxy.From(var trusted)) {
                                            if (!trusted.test(
                                                    channel.remoteAddress().getAddress())) {
                                                channel.close();
                                                return;
                                            }
                                            channel.pipeline().addLast(new HAProxyMessageDecoder());
                                        }
                                        channel.pipeline()
                                                .addLast(
                                                        new SubmissionHandler(
                                                                security,
                                                                proxy instanceof Proxy.From,
                                                                shared,
                                                                admission));
                                    }
                                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen for submissions at " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        return new SubmissionListener(bound.channel(), clients);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        Farewell.to(channel, clients);
    }
}
