package facteur.mta.delivery.netty;

import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Capabilities;
import facteur.mail.smtp.ReplyReader;
import facteur.mail.text.FailureText;
import facteur.message.render.RecipientCopy;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Dialogue;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.Phase;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Signal;
import facteur.mta.delivery.dialogue.Step;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.trace.Trace;
import facteur.mta.trace.TraceLine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLSession;

/** Carries out the steps of one dialogue, and signals to it what happens. */
final class SessionHandler extends ChannelInboundHandlerAdapter
        implements Connector.OutboundSession {
    // RFC 5321 4.5.3.2.5 allows its time for each block: an octet is none.
    private static final int BLOCK = 64 << 10;

    private final String host;
    private final InetSocketAddress remote;
    private final SslContext tlsContext;
    private final UnaryOperator<Duration> patience;
    private final Race race;
    private final Connector.SessionListener listener;
    private final Trace trace;
    private final String site;

    private Phase phase;
    private Duration timeout;
    private ReplyReader replies = new ReplyReader();
    private @Nullable ChannelHandlerContext context;
    // Of the transactions that were assigned and not reported, in their order.
    private final Deque<Content> contents = new ArrayDeque<>(2);
    private @Nullable ContentPump pump;
    // Commands that leave behind the content.
    private final StringBuilder behind = new StringBuilder();
    private java.util.concurrent.@Nullable ScheduledFuture<?> timer;
    private long timerNanos;
    private long deadlineNanos;
    // Of the transaction under way, while there is one.
    private Duration lastsAtMost = Duration.ZERO;
    private long endsNanos;
    // Octets of the content that left since the time for a block began.
    private int progress;
    private String tls = "";
    private volatile Connector.Offer offer =
            new Connector.Offer(Integer.MAX_VALUE, Integer.MAX_VALUE, false, false, false, false);
    // Outcomes that are on disk and not passed to the dialogue yet.
    private final AtomicInteger records = new AtomicInteger();
    private volatile boolean withholds;
    private boolean wasReady;
    private boolean isOver;

    SessionHandler(
            String host,
            InetSocketAddress remote,
            SessionOptions options,
            SslContext tlsContext,
            UnaryOperator<Duration> patience,
            Trace trace,
            Race race,
            Connector.SessionListener listener) {
        this.race = race;
        this.host = host;
        this.remote = remote;
        this.tlsContext = tlsContext;
        this.patience = patience;
        this.listener = listener;
        this.trace = trace;
        this.site = options.site();
        Step begin = Dialogue.begin(options);
        this.phase = begin.phase();
        this.timeout = begin.timeout();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public String tls() {
        return tls;
    }

    @Override
    public Connector.Offer offer() {
        return offer;
    }

    private ChannelHandlerContext context() {
        return java.util.Objects.requireNonNull(context, "the channel is active");
    }

    @Override
    public void assign(Transaction transaction, Content content) {
        onLoop(
                () -> {
                    tellRecorded();
                    if (Dialogue.takes(phase)) {
                        Habits habits = listener.habits(this, !contents.isEmpty());
                        offer = offer.atMost(habits.most());
                        contents.add(content);
                        if (contents.size() == 1) {
                            transactionBegins();
                        }
                        signal(new Signal.Assigned(transaction, habits));
                    } else {
                        // The host hung up while the message was made ready.
                        listener.returned(
                                this,
                                new Evidence.Failed(
                                        Stage.MAIL,
                                        Fault.CONNECTION_LOST,
                                        "the server closed the connection between two messages"));
                        listener.closed(this);
                    }
                });
    }

    /** Wakes the loop only where content waits for it; else it is told with what comes next. */
    @Override
    public void recorded() {
        records.incrementAndGet();
        if (withholds) {
            onLoop(this::tellRecorded);
        }
    }

    private void tellRecorded() {
        for (int left = records.getAndSet(0); left > 0; left--) {
            if (!(phase instanceof Phase.Closed)) {
                signal(new Signal.Recorded());
            }
        }
    }

    @Override
    public void finish() {
        onLoop(
                () -> {
                    if (phase instanceof Phase.Ready) {
                        signal(new Signal.Finish());
                    }
                });
    }

    private void onLoop(Runnable task) {
        context().channel().eventLoop().execute(task);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        if (!race.isWonBy(remote)) {
            isOver = true;
            phase = new Phase.Closed();
            ctx.close();
            return;
        }
        tell(TraceLine.Who.EVENT, () -> "connected");
        watch(timeout);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        try {
            ByteBuffer from = octets.nioBuffer();
            while (from.hasRemaining()) {
                Optional<ReplyReader.Read> read = replies.read(from);
                if (read.isEmpty()) {
                    return;
                }
                signal(
                        switch (read.get()) {
                            case ReplyReader.Read.Complete(var reply) -> new Signal.Replied(reply);
                            case ReplyReader.Read.Malformed(String line) ->
                                    new Signal.Garbled(line);
                        });
                if (phase instanceof Phase.Handshake || phase instanceof Phase.Closed) {
                    // RFC 3207 4.2: what came in clear behind the 220 is not for us.
                    return;
                }
            }
        } finally {
            octets.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                SSLSession session = ctx.pipeline().get(SslHandler.class).engine().getSession();
                tls = session.getProtocol() + " " + session.getCipherSuite();
                signal(new Signal.TlsEstablished(tls));
            } else {
                signal(
                        new Signal.TlsFailed(
                                "TLS handshake with "
                                        + host
                                        + ": "
                                        + FailureText.of(handshake.cause())));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        signal(new Signal.Disconnected("the server " + host + " closed the connection"));
        over();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        signal(new Signal.Disconnected("connection to " + host + ": " + FailureText.of(cause)));
        ctx.close();
    }

    private void signal(Signal signal) {
        told(signal);
        Step step = Dialogue.on(phase, signal);
        boolean becomesReady =
                step.phase() instanceof Phase.Ready
                        && !(phase instanceof Phase.Ready && step.actions().isEmpty());
        phase = step.phase();
        watch(step.timeout());
        step.actions().forEach(this::carryOut);
        if (pump != null) {
            pump();
        } else if (!step.actions().isEmpty()) {
            context().flush();
        }
        // Set before the records are looked at, as those are counted before it is: one of the two
        // threads sees what the other did.
        withholds = phase instanceof Phase.Granted;
        if (withholds) {
            tellRecorded();
        }
        if (becomesReady && phase instanceof Phase.Ready ready) {
            if (!wasReady) {
                wasReady = true;
                offer =
                        offer(ready.session().capabilities())
                                .atMost(listener.habits(this, false).most());
            }
            listener.ready(this);
        }
    }

    private static Connector.Offer offer(Capabilities can) {
        return new Connector.Offer(
                can.limit("RCPTMAX").orElse(Integer.MAX_VALUE),
                Math.min(
                        can.limit("MAILMAX").orElse(Integer.MAX_VALUE),
                        can.limit("RCPTDOMAINMAX").orElse(Integer.MAX_VALUE)),
                can.has("8BITMIME"),
                can.has("PIPELINING"),
                can.has("SMTPUTF8"),
                can.has("DSN"));
    }

    private void told(Signal signal) {
        switch (signal) {
            case Signal.Replied(var reply) -> tell(TraceLine.Who.SERVER, reply::toString);
            case Signal.Garbled(String line) -> tell(TraceLine.Who.SERVER, () -> line);
            case Signal.TlsEstablished(String protocol) ->
                    tell(TraceLine.Who.EVENT, () -> "TLS: " + protocol);
            case Signal.TlsFailed(String detail) -> tell(TraceLine.Who.EVENT, () -> detail);
            case Signal.TimedOut(String detail) -> tell(TraceLine.Who.EVENT, () -> detail);
            case Signal.Disconnected(String detail) -> tell(TraceLine.Who.EVENT, () -> detail);
            case Signal.ContentSent _ -> tell(TraceLine.Who.EVENT, () -> "the message has left");
            case Signal.Assigned _, Signal.Recorded _, Signal.Finish _ -> {}
        }
    }

    private void tell(TraceLine.Who who, Supplier<String> text) {
        if (!trace.isUnwatched()) {
            trace.said(site, host + " " + remote, who, text);
        }
    }

    /** With the token of a return-path of ours, bounces could be forged. */
    static String masked(String lines) {
        return lines.replaceAll(
                "(?m)^MAIL FROM:<" + RecipientCopy.RETURN_PATH_PREFIX + "[^@>]*",
                "MAIL FROM:<" + RecipientCopy.RETURN_PATH_PREFIX + "****");
    }

    private void carryOut(Step.Action action) {
        switch (action) {
            case Step.Action.Send(String lines) -> {
                if (!trace.isUnwatched()) {
                    lines.lines().forEach(line -> tell(TraceLine.Who.CLIENT, () -> masked(line)));
                }
                if (pump == null) {
                    write(lines);
                } else {
                    behind.append(lines);
                }
            }
            case Step.Action.StartTls _ -> startTls();
            case Step.Action.SendContent _ -> {
                tell(TraceLine.Who.EVENT, () -> "the message, " + content().size() + " octets");
                sendContent();
            }
            case Step.Action.SendChunk _ -> sendChunk();
            case Step.Action.Report(List<RecipientResult> results) -> {
                transactionEnds();
                listener.reported(this, results);
            }
            case Step.Action.Return(Evidence why) -> {
                transactionEnds();
                listener.returned(this, why);
            }
            case Step.Action.Learn(HostObservation hostObservation) ->
                    listener.learnt(this, hostObservation);
            case Step.Action.Unusable(Evidence why) -> {
                isOver = true;
                listener.unusable(why);
            }
            case Step.Action.Close _ -> context().close();
        }
    }

    private void transactionBegins() {
        lastsAtMost = Dialogue.longest(content().size());
        endsNanos = System.nanoTime() + patience.apply(lastsAtMost).toNanos();
    }

    private void transactionEnds() {
        stopPump();
        contents.poll();
        if (!contents.isEmpty()) {
            transactionBegins();
            watch(timeout);
        }
    }

    private void write(String lines) {
        context().write(ByteBufUtil.writeUtf8(context().alloc(), lines), context().voidPromise());
    }

    private Content content() {
        return java.util.Objects.requireNonNull(contents.peek(), "a message was assigned");
    }

    private void startTls() {
        replies = new ReplyReader();
        SslHandler handler = tlsContext.newHandler(context().alloc(), host, remote.getPort());
        handler.setHandshakeTimeoutMillis(0);
        context().pipeline().addFirst(handler);
    }

    private void sendContent() {
        try {
            pump = new ContentPump(content());
        } catch (IOException e) {
            contentFailed(e);
        }
    }

    private void sendChunk() {
        Content content = content();
        try (InputStream in = content.open()) {
            byte[] octets = in.readNBytes(Math.toIntExact(content.size()));
            if (octets.length < content.size()) {
                throw new EOFException("it ends after " + octets.length + " octets");
            }
            context().write(Unpooled.wrappedBuffer(octets), context().voidPromise());
        } catch (IOException e) {
            contentFailed(e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && pump != null) {
            pump();
        }
    }

    private void pump() {
        ContentPump source = java.util.Objects.requireNonNull(pump);
        try {
            while (context().channel().isWritable()) {
                Optional<ByteBuffer> block = source.next();
                if (block.isEmpty()) {
                    contentEnds();
                    return;
                }
                progress += block.get().remaining();
                context().write(Unpooled.wrappedBuffer(block.get()), context().voidPromise());
                if (context().channel().bytesBeforeUnwritable() == 0) {
                    context().flush();
                }
            }
            context().flush();
            if (progress >= BLOCK) {
                watch(timeout);
            }
        } catch (IOException e) {
            contentFailed(e);
        }
    }

    /** Tells the dialogue when the final dot has left our buffers, and not before. */
    private void contentEnds() {
        String commands = behind.toString();
        stopPump();
        watch(timeout);
        context()
                .write(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                signal(new Signal.ContentSent());
                            }
                        });
        if (!commands.isEmpty()) {
            write(commands);
        }
        context().flush();
    }

    /** Half a message is out: the only honest end is to hang up before the final dot. */
    private void contentFailed(IOException e) {
        signal(new Signal.Disconnected("read the message to send: " + FailureText.of(e)));
    }

    private void stopPump() {
        behind.setLength(0);
        if (pump != null) {
            pump.close();
            pump = null;
        }
    }

    /** Begins the time that is allowed for the next signal, within that of the transaction. */
    private void watch(Duration allowed) {
        timeout = allowed;
        progress = 0;
        long now = System.nanoTime();
        deadlineNanos = now + patience.apply(allowed).toNanos();
        if (isOverdueAt(deadlineNanos)) {
            deadlineNanos = endsNanos;
        }
        if (timer == null || deadlineNanos - timerNanos < 0) {
            schedule(deadlineNanos - now);
        }
    }

    private boolean isOverdueAt(long nanos) {
        return !contents.isEmpty() && endsNanos - nanos <= 0;
    }

    /** One timer for many deadlines: mostly they have moved on when it rings. */
    private void schedule(long nanos) {
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = System.nanoTime() + nanos;
        timer = context().channel().eventLoop().schedule(this::rings, nanos, TimeUnit.NANOSECONDS);
    }

    private void rings() {
        timer = null;
        long left = deadlineNanos - System.nanoTime();
        if (left > 0) {
            schedule(left);
        } else {
            signal(
                    new Signal.TimedOut(
                            isOverdueAt(System.nanoTime())
                                    ? "the message was not over within "
                                            + lastsAtMost.toMinutes()
                                            + " min"
                                    : "no reply within " + timeout.toSeconds() + " s"));
        }
    }

    private void over() {
        stopPump();
        if (timer != null) {
            timer.cancel(false);
        }
        if (!isOver && wasReady) {
            isOver = true;
            listener.closed(this);
        }
    }
}
