package facteur.mta.smtpd.netty;

import facteur.config.access.Admission;
import facteur.mta.smtpd.Framer;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.SmtpConnection;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.trace.TraceLine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One client. Octets go through the framer, lines and content to the dialogue. While an answer is
 * pending (a message is being stored, a guess at a password is being slowed down, the disk is
 * behind) nothing is read: the client's own buffers fill, and it waits.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter
        implements SmtpConnection, Framer.Sink {
    /** Fired through the pipeline of a connection: the service ends. */
    static final Object SHUTDOWN = new Object();

    private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final String NO_ROOM = "421 4.7.0 too many connections; try again later";
    private static final String ENDS = "421 4.3.2 the server is shutting down; try again later";

    /** Octets of replies that are gathered before they leave, however much came together. */
    private static final int REPLIES = 16 << 10;

    private final SmtpService.Security security;
    private final boolean proxied;
    private final SmtpService service;
    private final Framer framer = new Framer(this);
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ChannelHandlerContext context;
    private @Nullable InetAddress client;
    private @Nullable ServerDialogue dialogue;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> end;
    private Admission.@Nullable Guest guest;
    private final List<String> heldBack = new ArrayList<>();
    private boolean holdsBack;
    private int pauses;
    private int unflushed;
    private boolean begun;
    private boolean overdue;
    private boolean ending;
    private boolean feeding;
    private boolean closing;
    private boolean handshaking;

    ConnectionHandler(SmtpService.Security security, boolean proxied, SmtpService service) {
        this.security = security;
        this.proxied = proxied;
        this.service = service;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the channel is active");
    }

    private InetAddress client() {
        return Objects.requireNonNull(client, "the client is known");
    }

    private ServerDialogue dialogue() {
        return Objects.requireNonNull(dialogue, "the client was let in");
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        silence(service.timeouts().command());
        end(service.timeouts().beforeUse());
        if (!proxied) {
            connected(((InetSocketAddress) ctx.channel().remoteAddress()).getAddress());
        }
    }

    private void connected(InetAddress from) {
        client = from;
        guest =
                service.admission()
                        .enter(
                                from,
                                service.limits().get(),
                                () -> context().executor().execute(() -> leave(NO_ROOM)))
                        .orElse(null);
        if (guest == null) {
            reply(List.of(NO_ROOM));
            close();
            return;
        }
        boolean implicit = security == SmtpService.Security.IMPLICIT;
        dialogue =
                service.dialogues()
                        .begin(this, new ServerDialogue.Arrival(from, implicit, proxied));
        dialogue().admitted();
        if (implicit) {
            handshake();
        } else {
            reply(List.of(dialogue().greeting()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HAProxyMessage proxy) {
            String source = proxy.sourceAddress();
            proxy.release();
            connected(
                    source == null
                            ? ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress()
                            : InetAddress.ofLiteral(source));
            return;
        }
        ByteBuf octets = (ByteBuf) message;
        if (closing || dialogue == null) {
            octets.release();
            return;
        }
        unread = unread.isReadable() ? Unpooled.wrappedBuffer(unread, octets) : octets;
        feed();
    }

    /** Lets the framer have what was read, as long as no answer is pending. */
    private void feed() {
        if (feeding) {
            return;
        }
        feeding = true;
        try {
            while (pauses == 0 && !closing && unread.isReadable() && isRead()) {
                ByteBuffer from = unread.nioBuffer();
                framer.feed(from);
                unread.skipBytes(from.position());
                if (handshaking && unread.isReadable()) {
                    // RFC 3207: what was sent in clear behind STARTTLS was not sent by an honest
                    // client. The 220 is out; no handshake is waited for.
                    closing = true;
                    context().flush();
                    context().channel().close();
                }
                if (!closing && !handshaking) {
                    silence();
                }
            }
        } finally {
            feeding = false;
            // RFC 2920 3.2: replies to commands that came together leave together.
            unflushed = 0;
            context().flush();
            if (!unread.isReadable() || closing) {
                unread.release();
                unread = Unpooled.EMPTY_BUFFER;
            }
            // Stops reading from the socket while an answer is pending, or while the client does
            // not
            // take our replies: the client's own buffers fill, and it waits.
            context()
                    .channel()
                    .config()
                    .setAutoRead(
                            closing
                                    || handshaking
                                    || (pauses == 0 && context().channel().isWritable()));
        }
    }

    /** Whether the client takes our replies; what is gathered leaves before that is asked. */
    private boolean isRead() {
        if (unflushed >= REPLIES || !context().channel().isWritable()) {
            unflushed = 0;
            context().flush();
        }
        return context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            // Later: it may be the very flush of feed() that made it so.
            ctx.executor().execute(this::goOnReading);
        }
    }

    private void goOnReading() {
        if (context().channel().isActive() && dialogue != null) {
            feed();
        }
    }

    private void pause() {
        pauses++;
    }

    private void resume() {
        pauses--;
        if (!context().channel().isActive()) {
            return;
        }
        if (ending) {
            endIfIdle();
            return;
        }
        if (overdue && pauses == 0 && !closing) {
            timeout();
            return;
        }
        if (!closing) {
            silence();
        }
        feed();
    }

    @Override
    public void line(byte[] line) {
        trace(TraceLine.Who.CLIENT, () -> dialogue().shown(line));
        dialogue().line(line);
    }

    @Override
    public void beginContent() {
        trace(TraceLine.Who.EVENT, () -> "content begins");
        framer.beginContent();
    }

    @Override
    public void content(byte[] octets, int length) {
        if (!closing) {
            dialogue().content(octets, length);
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        if (!closing) {
            dialogue().endOfContent(tooLong);
        }
    }

    @Override
    public void violated(Framer.Violation violation) {
        reply(List.of(violation.reply()));
        close();
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(
                client(), ((InetSocketAddress) context().channel().remoteAddress()).getPort());
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) context().channel().localAddress();
    }

    @Override
    public boolean canStartTls() {
        return security == SmtpService.Security.STARTTLS && service.certificate().get().isPresent();
    }

    private void trace(TraceLine.Who who, Supplier<String> text) {
        if (client != null && !service.trace().isUnwatched()) {
            String address = client().getHostAddress();
            service.trace().said(address, address + " " + context().channel().id(), who, text);
        }
    }

    @Override
    public void reply(List<String> lines) {
        if (holdsBack) {
            heldBack.addAll(lines);
            return;
        }
        lines.forEach(line -> trace(TraceLine.Who.SERVER, () -> line));
        ByteBuf octets =
                ByteBufUtil.writeUtf8(context().alloc(), String.join("\r\n", lines) + "\r\n");
        unflushed += octets.readableBytes();
        context().write(octets, context().voidPromise());
        if (!feeding) {
            context().flush();
        }
    }

    @Override
    public void startTls() {
        context().flush(); // what is still to be said in clear
        handshake();
    }

    private void handshake() {
        handshaking = true;
        silence(Timeouts.HANDSHAKE);
        SslHandler handler =
                service.certificate().get().orElseThrow().newHandler(context().alloc());
        handler.setHandshakeTimeoutMillis(Timeouts.HANDSHAKE.toMillis());
        context().pipeline().addBefore(context().name(), null, handler);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SHUTDOWN) {
            ending = true;
            endIfIdle();
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            shookHands(handshake);
        }
    }

    private void shookHands(SslHandshakeCompletionEvent handshake) {
        handshaking = false;
        trace(
                TraceLine.Who.EVENT,
                () -> handshake.isSuccess() ? "TLS began" : "TLS failed: " + handshake.cause());
        if (!handshake.isSuccess()) {
            closing = true;
            context().close();
            return;
        }
        silence();
        if (security == SmtpService.Security.IMPLICIT) {
            reply(List.of(dialogue().greeting()));
        } else {
            dialogue().tlsStarted();
        }
    }

    /** A message that is being stored is answered first; what has not come whole comes again. */
    private void endIfIdle() {
        if (pauses == 0 && !closing) {
            leave(ENDS);
        }
    }

    @Override
    public void await(CompletableFuture<?> known, Runnable then) {
        pause();
        known.whenComplete((_, _) -> context().executor().execute(() -> goOnWith(then)));
    }

    private void goOnWith(Runnable then) {
        if (context().channel().isActive()) {
            try {
                then.run();
            } catch (RuntimeException e) {
                log.error("failed to answer a client of {}", service.name(), e);
                reply(List.of("451 4.3.0 failed here; try again later"));
            }
        }
        resume();
    }

    @Override
    public void slowDown() {
        pause();
        holdsBack = true;
        context().executor().schedule(this::goOn, AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void goOn() {
        holdsBack = false;
        reply(List.copyOf(heldBack));
        heldBack.clear();
        if (closing) {
            close();
        }
        resume();
    }

    @Override
    public void close() {
        closing = true;
        if (holdsBack) {
            return;
        }
        LastWords.say(context(), Unpooled.EMPTY_BUFFER);
    }

    /**
     * Says {@code last} as far as it can be said at once: the room is needed, or the service ends.
     */
    private void leave(String last) {
        closing = true;
        trace(TraceLine.Who.SERVER, () -> last);
        LastWords.sayAndLeave(context(), ByteBufUtil.writeUtf8(context().alloc(), last + "\r\n"));
    }

    @Override
    public void begun() {
        if (!begun) {
            begun = true;
            end(service.timeouts().session());
        }
    }

    @Override
    public void loggedIn() {
        if (guest != null) {
            service.admission().known(guest);
            begun();
        }
    }

    private void end(Duration allowed) {
        cancel(end);
        end =
                context()
                        .executor()
                        .schedule(this::isOver, allowed.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void isOver() {
        overdue = true;
        timeout();
    }

    private void silence() {
        Timeouts timeouts = service.timeouts();
        silence(framer.isInContent() ? timeouts.content() : timeouts.command());
    }

    private void silence(Duration allowed) {
        cancel(deadline);
        deadline =
                context()
                        .executor()
                        .schedule(this::timeout, allowed.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void timeout() {
        // While an answer is pending it is not the client that takes long; resume() looks again.
        if (pauses == 0 && !closing) {
            reply(List.of("421 4.4.2 Timeout"));
            close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        cancel(deadline);
        cancel(end);
        if (dialogue != null) {
            dialogue.closed();
        }
        if (guest != null) {
            service.admission().left(guest);
            guest = null;
        }
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset connection, a TLS alert, a PROXY header that is none: the client is gone or no
        // client of ours; it costs nobody else.
        log.debug("{}: {}", service.name(), ctx.channel().remoteAddress(), cause);
        closing = true;
        ctx.close();
    }
}
