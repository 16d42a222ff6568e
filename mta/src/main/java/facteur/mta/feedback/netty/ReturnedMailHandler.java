package facteur.mta.feedback.netty;

import facteur.config.access.Admission;
import facteur.mta.feedback.ReturnedMailReceiver;
import facteur.mta.reception.Framer;
import facteur.mta.reception.netty.Farewell;
import facteur.mta.reception.netty.LastWords;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One client that brings something back. While a mail is being recorded nothing is read: the
 * client's own buffers fill, and it waits.
 */
final class ReturnedMailHandler extends ChannelInboundHandlerAdapter
        implements Framer.Sink, Farewell {
    private static final Logger log = LoggerFactory.getLogger(ReturnedMailHandler.class);

    /** From the connection to the first MAIL: who brings something does so at once. */
    static final Duration BEFORE_MAIL = Duration.ofSeconds(60);

    // RFC 5321 4.5.3.2.7.
    private static final Duration SILENCE = Duration.ofMinutes(5);
    // One returned mail takes seconds; who stays this long brings none.
    private static final Duration WHOLE_SESSION = Duration.ofMinutes(30);

    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    private final ReturnedMailReceiver.Conversation conversation;
    private final Optional<SslContext> certificate;
    private final FeedbackListener.Shared shared;
    private final Framer framer = new Framer(this);
    private ByteArrayOutputStream mail = new ByteArrayOutputStream(0);
    private int held;
    private boolean noRoom;
    private long size;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ChannelHandlerContext context;
    private @Nullable InetAddress client;
    private Admission.@Nullable Guest guest;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> end;
    private boolean handshaking;
    private boolean recording;
    private boolean begun;
    private boolean overdue;
    private boolean feeding;
    private boolean closing;
    private boolean stopping;

    ReturnedMailHandler(FeedbackListener.Shared shared) {
        this.shared = shared;
        this.certificate = shared.certificate().get();
        this.conversation = shared.receiver().conversation(certificate.isPresent());
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the channel is active");
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        client = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
        end(BEFORE_MAIL);
        awaitClient();
        guest =
                shared.admission()
                        .enter(
                                client,
                                shared.limits(),
                                () -> context().executor().execute(this::giveWay))
                        .orElse(null);
        if (guest != null) {
            reply(List.of(conversation.greeting()));
        } else {
            hangUp("421 4.7.0 too many connections; try again later");
        }
    }

    private void end(Duration allowed) {
        if (end != null) {
            end.cancel(false);
        }
        end =
                context()
                        .executor()
                        .schedule(this::isOver, allowed.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void isOver() {
        overdue = true;
        timeIsUp();
    }

    @Override
    public void stop() {
        stopping = true;
        if (!recording && !closing) {
            hangUp(REPLY);
        }
    }

    /** Another client needs the room. What is being recorded is recorded all the same. */
    private void giveWay() {
        closing = true;
        LastWords.sayAndLeave(
                context(),
                ByteBufUtil.writeUtf8(
                        context().alloc(), "421 4.7.0 too many connections; try again later\r\n"));
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
        if (feeding) {
            return;
        }
        feeding = true;
        while (!recording && !closing && unread.isReadable() && context().channel().isWritable()) {
            ByteBuffer from = unread.nioBuffer();
            framer.feed(from);
            unread.skipBytes(from.position());
            if (handshaking && unread.isReadable()) {
                // RFC 3207 5: what came in clear behind STARTTLS was not sent by an honest client.
                closing = true;
                context().close();
            }
        }
        feeding = false;
        if (closing || !unread.isReadable()) {
            unread.release();
            unread = Unpooled.EMPTY_BUFFER;
        }
        if (!closing) {
            if (!begun && conversation.hasBegun()) {
                begun = true;
                end(WHOLE_SESSION);
            }
            // Nothing is read while the client does not take our replies: it waits, as we do.
            context()
                    .channel()
                    .config()
                    .setAutoRead(handshaking || (!recording && context().channel().isWritable()));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            ctx.executor().execute(this::goOnReading);
        }
    }

    private void goOnReading() {
        if (context().channel().isActive()) {
            feed();
        }
    }

    @Override
    public void line(byte[] line) {
        awaitClient();
        switch (conversation.line(line)) {
            case ReturnedMailReceiver.Next.Answer(List<String> lines) -> reply(lines);
            case ReturnedMailReceiver.Next.HangUp(String text) -> hangUp(text);
            case ReturnedMailReceiver.Next.StartTls(String text) -> {
                reply(List.of(text));
                handshake(certificate.orElseThrow());
            }
            case ReturnedMailReceiver.Next.Gather() -> {
                Optional<String> refusal = shared.budget().refusal(client(), System.nanoTime());
                if (refusal.isPresent()) {
                    reply(List.of(refusal.get()));
                    return;
                }
                size = 0;
                noRoom = false;
                mail = new ByteArrayOutputStream(8192);
                framer.beginContent();
                reply(List.of("354 End data with <CR><LF>.<CR><LF>"));
            }
        }
    }

    private InetAddress client() {
        return Objects.requireNonNull(client, "the channel is active");
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
        awaitClient();
        size += length;
        int kept = Math.min(length, ReturnedMailReceiver.KEPT - mail.size());
        if (!noRoom && shared.budget().hold(kept)) {
            held += kept;
            mail.write(octets, 0, kept);
        } else if (!noRoom) {
            noRoom = true;
            letGo();
        }
        if (size > 2 * ReturnedMailReceiver.MAX_SIZE) {
            // It was told the limit; who goes on for as long again will not stop.
            hangUp("552 5.3.4 too large");
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        byte[] octets = mail.toByteArray();
        mail = new ByteArrayOutputStream(0);
        shared.budget().brought(client(), octets.length, System.nanoTime());
        if (size > ReturnedMailReceiver.MAX_SIZE) {
            letGo();
            reply(List.of("552 5.3.4 larger than " + ReturnedMailReceiver.MAX_SIZE + " octets"));
            return;
        }
        if (noRoom) {
            reply(List.of("452 4.3.1 too much returned mail at once; try again later"));
            return;
        }
        // Lines that are too long are no reason to lose a report: it is read, never sent on.
        recording = true;
        int being = held;
        held = 0;
        shared.takers().execute(() -> record(octets, being));
    }

    private void letGo() {
        mail = new ByteArrayOutputStream(0);
        shared.budget().letGo(held);
        held = 0;
    }

    private void record(byte[] octets, int being) {
        String answer;
        try {
            answer = answer(octets);
        } finally {
            shared.budget().letGo(being);
        }
        context()
                .executor()
                .execute(
                        () -> {
                            recording = false;
                            if (context().channel().isActive() && !closing) {
                                reply(List.of(answer));
                                if (overdue) {
                                    timeIsUp();
                                } else if (stopping) {
                                    stop();
                                } else {
                                    awaitClient();
                                    feed();
                                }
                            }
                        });
    }

    private String answer(byte[] octets) {
        try {
            return conversation.taken(octets);
        } catch (RuntimeException e) {
            // Whatever it was, it is not on disk: the client keeps the mail and comes again.
            log.error("failed to accept a returned mail from {}", client, e);
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
        LastWords.say(context(), ByteBufUtil.writeUtf8(context().alloc(), line + "\r\n"));
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
            hangUp("421 4.4.2 Timeout");
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
        if (guest != null) {
            shared.admission().left(guest);
            guest = null;
        }
        letGo();
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
