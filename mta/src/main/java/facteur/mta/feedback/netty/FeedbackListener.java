package facteur.mta.feedback.netty;

import facteur.config.access.Admission;
import facteur.mta.feedback.ReturnBudget;
import facteur.mta.feedback.ReturnedMailReceiver;
import facteur.mta.reception.netty.AcceptPause;
import facteur.mta.reception.netty.Farewell;

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
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Where bounces, complaints and unsubscriptions come back to. */
public final class FeedbackListener implements AutoCloseable {
    private static final Admission.Limits LIMITS = new Admission.Limits(200, 50);

    private final Channel channel;
    private final ChannelGroup clients;
    private final ExecutorService takers;

    private FeedbackListener(Channel channel, ChannelGroup clients, ExecutorService takers) {
        this.channel = channel;
        this.clients = clients;
        this.takers = takers;
    }

    /**
     * What all connections share.
     *
     * @param admission there is no login here: all are strangers, and a quarter of the room stays
     *     free
     */
    record Shared(
            ReturnedMailReceiver receiver,
            Supplier<Optional<SslContext>> certificate,
            Admission admission,
            Admission.Limits limits,
            ReturnBudget budget,
            Executor takers) {
        static Shared of(
                ReturnedMailReceiver receiver,
                Supplier<Optional<SslContext>> certificate,
                Executor takers) {
            return new Shared(
                    receiver,
                    certificate,
                    new Admission(),
                    LIMITS,
                    new ReturnBudget(ReturnBudget.Limits.DEFAULTS),
                    takers);
        }
    }

    /**
     * @param certificate asked anew for each connection, so that a renewed one is used at once;
     *     empty: TLS is not offered
     * @throws IOException when the address cannot be listened at; it names the address
     */
    public static FeedbackListener open(
            InetSocketAddress address,
            ReturnedMailReceiver receiver,
            Supplier<Optional<SslContext>> certificate,
            EventLoopGroup loops,
            Class<? extends ServerSocketChannel> type)
            throws IOException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ExecutorService takers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("feedback-", 0).factory());
        Shared shared = Shared.of(receiver, certificate, takers);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(type)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .handler(new AcceptPause("returned mail", shared.admission()::relieve))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        clients.add(client);
                                        client.pipeline().addLast(new ReturnedMailHandler(shared));
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
        Farewell.to(channel, clients);
        takers.close();
    }
}
