package facteur.mta.reception.netty;

import facteur.config.access.Admission;
import facteur.mta.reception.Framer;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.ClientConnection;
import facteur.mta.reception.james.JamesSession;
import facteur.mta.submission.Intake;
import facteur.mta.trace.TraceLine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One client. Octets go through the framer; lines to the session, content to the intake. While an
 * answer is owed (a message is being stored, a guess at a password is being slowed down, the disk
 * is behind) nothing is read.
 */
final class SubmissionHandler extends ChannelInboundHandlerAdapter
        implements ClientConnection, Framer.Sink, Farewell {
    /** From the connection to the login: a client that has anything to send logs in at once. */
    static final Duration BEFORE_LOGIN = Duration.ofSeconds(60);

    // RFC 5321 4.5.3.2.7.
    private static final Duration COMMAND = Duration.ofMinutes(5);
    private static final Duration CONTENT = Duration.ofMinutes(3);
    private static final Duration HANDSHAKE = Duration.ofSeconds(30);
    private static final Duration WHOLE_SESSION = Duration.ofHours(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    /** Octets of replies that are gathered before they leave, however much came together. */
    private static final int REPLIES = 16 << 10;

    private final SubmissionListener.Security security;
    private final boolean behindProxy;
    private final SubmissionListener.Shared shared;
    private final Admission admission;
    private final Framer framer = new Framer(this);
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ChannelHandlerContext context;
    private @Nullable JamesSession jamesSession;
    private @Nullable SmtpSession smtpSession;
    private @Nullable Intake intake;
    private java.util.concurrent.@Nullable ScheduledFuture<?> deadline;
    private java.util.concurrent.@Nullable ScheduledFuture<?> end;
    private Admission.@Nullable Guest guest;
    private final List<String> heldBack = new ArrayList<>();
    private boolean holdsBack;
    private int pauses;
    private int unflushed;
    private boolean overdue;
    private boolean feeding;
    private boolean closing;
    private boolean handshaking;
    private boolean stopping;

    SubmissionHandler(
            SubmissionListener.Security security,
            boolean behindProxy,
            SubmissionListener.Shared shared,
            Admission admission) {
        this.security = security;
        this.behindProxy = behindProxy;
        this.shared = shared;
        this.admission = admission;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the channel is active");
    }

    private SmtpSession talk() {
        return Objects.requireNonNull(smtpSession, "the client was greeted");
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        deadline(COMMAND);
        end(BEFORE_LOGIN);
        if (!behindProxy) {
            connected(((InetSocketAddress) ctx.channel().remoteAddress()).getAddress());
        }
    }

    private void connected(InetAddress client) {
        // What a proxy says of a client is not seen: it vouches for no client.
        boolean loopback = !behindProxy && client.isLoopbackAddress();
        SubmissionListener.Limits limits = shared.limits().get();
        smtpSession =
                new SmtpSession(
                        limits.rules(),
                        client,
                        security == SubmissionListener.Security.IMPLICIT,
                        loopback
                                        && (limits.rules().trustLoopback()
                                                || !limits.rules().requireAuth())
                                ? shared.trusted().get()
                                : Optional.empty());
        jamesSession = shared.sessions().create(this, smtpSession);
        guest =
                admission
                        .enter(
                                client,
                                new Admission.Limits(
                                        limits.maxConnections(), limits.maxPerClient()),
                                () -> context().executor().execute(this::giveWay))
                        .orElse(null);
        if (guest == null) {
            reply(List.of("421 4.7.0 too many connections; try again later"));
            close();
            return;
        }
        if (talk().credential().isPresent()) {
            loggedIn();
        }
        if (security == SubmissionListener.Security.IMPLICIT) {
            handshake(false);
        } else {
            reply(List.of(shared.sessions().greeting()));
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
        if (closing || (behindProxy && smtpSession == null)) {
            octets.release();
            return;
        }
        unread = unread.isReadable() ? Unpooled.wrappedBuffer(unread, octets) : octets;
        feed();
    }

    /** Lets the framer have what was read, as long as nothing is owed to the client. */
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
                    deadline(framer.isInContent() ? CONTENT : COMMAND);
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
            // Stops reading from the socket while something is owed, or while the client does not
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
        if (context().channel().isActive() && smtpSession != null) {
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
        if (overdue && pauses == 0 && !closing) {
            takesTooLong();
            return;
        }
        if (stopping && pauses == 0) {
            stop();
            return;
        }
        if (!closing) {
            deadline(framer.isInContent() ? CONTENT : COMMAND);
        }
        feed();
    }

    @Override
    public void line(byte[] line) {
        JamesSession speaking = Objects.requireNonNull(jamesSession);
        trace(TraceLine.Who.CLIENT, () -> speaking.shown(line));
        speaking.line(line);
    }

    @Override
    public void beginContent() {
        trace(TraceLine.Who.EVENT, () -> "content begins");
        intake = shared.submission().begin(talk().draft());
        talk().reset();
        framer.beginContent();
    }

    @Override
    public void content(byte[] octets, int length) {
        Intake taking = Objects.requireNonNull(intake);
        taking.content(octets, length);
        Optional<CompletableFuture<?>> congestion = taking.congestion();
        if (congestion.isPresent()) {
            pause();
            congestion.get().whenComplete((_, _) -> context().executor().execute(this::resume));
        }
    }

    @Override
    public void endOfContent(boolean tooLong) {
        Intake taken = Objects.requireNonNull(intake);
        intake = null;
        pause();
        taken.end(tooLong)
                .thenAccept(verdict -> context().executor().execute(() -> answer(verdict)));
    }

    private void answer(Intake.Verdict verdict) {
        reply(
                List.of(
                        switch (verdict) {
                            case Intake.Verdict.Taken(var id) -> "250 2.0.0 queued as " + id;
                            case Intake.Verdict.Refused(var why) -> why.toString();
                        }));
        resume();
    }

    @Override
    public void violated(Framer.Violation violation) {
        reply(List.of(violation.reply()));
        close();
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(
                talk().client(),
                ((InetSocketAddress) context().channel().remoteAddress()).getPort());
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) context().channel().localAddress();
    }

    @Override
    public boolean canStartTls() {
        return security == SubmissionListener.Security.STARTTLS
                && shared.certificate().get().isPresent();
    }

    private void trace(TraceLine.Who who, Supplier<String> text) {
        SmtpSession known = smtpSession;
        if (known != null && !shared.trace().isUnwatched()) {
            String address = known.client().getHostAddress();
            shared.trace().said(address, address + " " + context().channel().id(), who, text);
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
        handshake(true);
    }

    private void handshake(boolean afterReply) {
        handshaking = true;
        deadline(HANDSHAKE);
        SslContext certificate = shared.certificate().get().orElseThrow();
        SslHandler handler =
                afterReply
                        ? new SslHandler(certificate.newEngine(context().alloc()), false)
                        : certificate.newHandler(context().alloc());
        handler.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
        context().pipeline().addBefore(context().name(), null, handler);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            handshaking = false;
            trace(
                    TraceLine.Who.EVENT,
                    () -> handshake.isSuccess() ? "TLS began" : "TLS failed: " + handshake.cause());
            if (!handshake.isSuccess()) {
                closing = true;
                ctx.close();
                return;
            }
            deadline(COMMAND);
            if (security == SubmissionListener.Security.IMPLICIT) {
                reply(List.of(shared.sessions().greeting()));
            } else {
                talk().tlsStarted();
                jamesSession = shared.sessions().create(this, talk());
            }
        }
    }

    @Override
    public void await(CompletableFuture<?> known, Runnable then) {
        pause();
        known.whenComplete(
                (_, _) ->
                        context()
                                .executor()
                                .execute(
                                        () -> {
                                            if (context().channel().isActive()) {
                                                then.run();
                                            }
                                            resume();
                                        }));
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

    /** Another client needs the room of this stranger. */
    private void giveWay() {
        closing = true;
        LastWords.sayAndLeave(
                context(),
                ByteBufUtil.writeUtf8(
                        context().alloc(), "421 4.7.0 too many connections; try again later\r\n"));
    }

    @Override
    public void stop() {
        stopping = true;
        if (closing || pauses > 0) {
            return; // it goes already, or has its answer first
        }
        if (smtpSession == null || handshaking || framer.isInContent()) {
            closing = true;
            context().close(); // nothing can be said in the middle of that
        } else {
            reply(List.of(REPLY));
            close();
        }
    }

    @Override
    public void loggedIn() {
        if (guest != null) {
            admission.known(guest);
            end(WHOLE_SESSION);
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
        takesTooLong();
    }

    private void deadline(Duration allowed) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline =
                context()
                        .executor()
                        .schedule(this::takesTooLong, allowed.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void takesTooLong() {
        // While an answer is owed it is not the client that takes long; resume() looks again.
        if (pauses == 0 && !closing) {
            reply(List.of("421 4.4.2 Timeout"));
            close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (end != null) {
            end.cancel(false);
        }
        if (intake != null) {
            intake.abandon();
            intake = null;
        }
        if (guest != null) {
            admission.left(guest);
            guest = null;
        }
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset connection, a TLS alert, a PROXY header that is none: the client is gone or no
        // client of ours.
        closing = true;
        ctx.close();
    }
}
