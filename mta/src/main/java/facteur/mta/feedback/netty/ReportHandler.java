package facteur.mta.feedback.netty;

import facteur.mta.feedback.Receiver;
import facteur.mta.reception.Framer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One client that brings something back. While a mail is being recorded nothing is read: the
 * client's own buffers fill, and he waits.
 */
final class ReportHandler extends ChannelInboundHandlerAdapter implements Framer.Sink {
    private static final Logger log = LoggerFactory.getLogger(ReportHandler.class);

    // RFC 5321 4.5.3.2.7.
    private static final Duration SILENCE = Duration.ofMinutes(5);
    // One returned mail takes seconds; who stays this long brings none.
    private static final Duration WHOLE_SESSION = Duration.ofMinutes(30);

    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    private final Receiver.Conversation conversation;
    private final Optional<SslContext> certificate;
    private final FeedbackListener.Crowd crowd;
    private final Executor takers;
    private final Framer framer = new Framer(this);
    private ByteArrayOutputStream mail = new ByteArrayOutputStream(0);
    private long size;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ChannelHandlerContext context;
    private @Nullable InetAddress client;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> end;
    private boolean handshaking;
    private boolean recording;
    private boolean closing;

    ReportHandler(
            Receiver receiver,
            Optional<SslContext> certificate,
            FeedbackListener.Crowd crowd,
            Executor takers) {
        this.conversation = receiver.conversation(certificate.isPresent());
        this.certificate = certificate;
        this.crowd = crowd;
        this.takers = takers;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the channel is active");
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        client = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
        end =
                ctx.executor()
                        .schedule(this::timeIsUp, WHOLE_SESSION.toMillis(), TimeUnit.MILLISECONDS);
        awaitClient();
        if (crowd.isWelcome(client)) {
            reply(List.of(conversation.greeting()));
        } else {
            hangUp("421 4.7.0 too many connections; try again later");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        if (closing) {
            octets.release();
            return;
        }
        unread = unread.isReadable() ? Unpooled.wrappedBuffer(unread, octets) : octets;
        feed();
    }

    private void feed() {
        while (!recording && !closing && unread.isReadable()) {
            ByteBuffer from = unread.nioBuffer();
            framer.feed(from);
            unread.skipBytes(from.position());
            if (handshaking && unread.isReadable()) {
                // RFC 3207 5: what came in clear behind STARTTLS was not sent by an honest client.
                closing = true;
                context().close();
            }
        }
        if (closing || !unread.isReadable()) {
            unread.release();
            unread = Unpooled.EMPTY_BUFFER;
        }
        if (!closing) {
            awaitClient();
            context().channel().config().setAutoRead(!recording);
        }
    }

    @Override
    public void line(byte[] line) {
        switch (conversation.line(line)) {
            case Receiver.Next.Answer(List<String> lines) -> reply(lines);
            case Receiver.Next.HangUp(String text) -> hangUp(text);
            case Receiver.Next.StartTls(String text) -> {
                reply(List.of(text));
                handshake(certificate.orElseThrow());
            }
            case Receiver.Next.Gather() -> {
                size = 0;
                mail = new ByteArrayOutputStream(8192);
                framer.beginContent();
                reply(List.of("354 go on; end with a dot on a line of its own"));
            }
        }
    }

    private void handshake(SslContext context) {
        handshaking = true;
        SslHandler handler = context.newHandler(context().alloc());
        handler.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
        context().pipeline().addBefore(context().name(), null, handler);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            handshaking = false;
            if (!handshake.isSuccess()) {
                closing = true;
                ctx.close();
            }
        }
    }

    @Override
    public void content(byte[] octets, int length) {
        size += length;
        mail.write(octets, 0, Math.min(length, Receiver.KEPT - mail.size()));
        if (size > 2 * Receiver.MAX_SIZE) {
            // It was told the limit; who goes on for as long again will not stop.
            hangUp("552 5.3.4 too large");
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        byte[] octets = mail.toByteArray();
        mail = new ByteArrayOutputStream(0);
        if (size > Receiver.MAX_SIZE) {
            reply(List.of("552 5.3.4 larger than " + Receiver.MAX_SIZE + " octets"));
            return;
        }
        // Lines that are too long are no reason to lose a report: it is read, never sent on.
        recording = true;
        takers.execute(() -> record(octets));
    }

    private void record(byte[] octets) {
        String answer = answer(octets);
        context()
                .executor()
                .execute(
                        () -> {
                            recording = false;
                            if (context().channel().isActive()) {
                                reply(List.of(answer));
                                feed();
                            }
                        });
    }

    private String answer(byte[] octets) {
        try {
            return conversation.taken(octets);
        } catch (RuntimeException e) {
            // Whatever it was, it is not on disk: the client keeps the mail and comes again.
            log.error("take a returned mail from {}", client, e);
            return "451 4.3.0 cannot be recorded now; try again later";
        }
    }

    @Override
    public void violated(Framer.Violation violation) {
        hangUp(violation.reply());
    }

    private void reply(List<String> lines) {
        context()
                .writeAndFlush(
                        ByteBufUtil.writeUtf8(
                                context().alloc(), String.join("\r\n", lines) + "\r\n"),
                        context().voidPromise());
    }

    private void hangUp(String line) {
        closing = true;
        context()
                .writeAndFlush(ByteBufUtil.writeUtf8(context().alloc(), line + "\r\n"))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void awaitClient() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline =
                context()
                        .executor()
                        .schedule(this::timeIsUp, SILENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void timeIsUp() {
        if (!recording && !closing) {
            hangUp("421 4.4.2 time is up");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        for (ScheduledFuture<?> timer : java.util.Arrays.asList(deadline, end)) {
            if (timer != null) {
                timer.cancel(false);
            }
        }
        if (client != null) {
            crowd.left(client);
            client = null;
        }
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset connection is everyday; anything else is told once and costs this client only.
        log.debug("returned mail from {}", ctx.channel().remoteAddress(), cause);
        closing = true;
        ctx.close();
    }
}
