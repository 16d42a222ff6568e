package facteur.tracker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * One HTTP/1 connection. Reading is answered when the head is complete; a form is read to its end
 * first, and until it is answered nothing else is read.
 */
final class Http1Handler extends ChannelInboundHandlerAdapter {
    private static final ByteBuf CONTINUE =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer()
                            .writeBytes(
                                    "HTTP/1.1 100 Continue\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII)));

    private final TrackerRequests trackerRequests;
    private final TrackerConnection trackerConnection;
    private final InstantSource clock;
    private @Nullable Form form;
    private boolean isOver; // what still comes is not answered

    private record Form(HitRequest request, boolean close, StringBuilder text) {}

    Http1Handler(
            TrackerRequests trackerRequests,
            TrackerConnection trackerConnection,
            InstantSource clock) {
        this.trackerRequests = trackerRequests;
        this.trackerConnection = trackerConnection;
        this.clock = clock;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (isOver) {
                return;
            }
            if (message instanceof HttpRequest head) {
                head(context, head);
            } else if (message instanceof HttpContent part && form != null) {
                part(context, form, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext context, HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            boolean tooLong =
                    cause instanceof TooLongHttpHeaderException
                            || cause instanceof TooLongHttpLineException;
            write(
                    context,
                    tooLong ? TrackerResponses.HEAD_TOO_LARGE : TrackerResponses.BAD_REQUEST,
                    true,
                    true);
            return;
        }
        HttpHeaders headers = head.headers();
        HitRequest request =
                HitRequest.of(
                        HitRequest.Method.of(head.method().asciiName()),
                        head.uri(),
                        name -> joined(headers, name),
                        trackerConnection);
        boolean close =
                !HttpUtil.isKeepAlive(head) || head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (TrackerRequests.takesForm(request)) {
            form = new Form(request, close, new StringBuilder());
            if (HttpUtil.is100ContinueExpected(head)) {
                context.writeAndFlush(CONTINUE.duplicate(), context.voidPromise());
            }
            return;
        }
        trackerConnection.requested();
        // A body that is not needed is not read: the connection ends with the answer.
        boolean hasBody =
                headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                        || headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        write(
                context,
                trackerRequests.answer(request),
                request.method() != HitRequest.Method.HEAD,
                close || hasBody);
    }

    private static String joined(HttpHeaders headers, AsciiString name) {
        String first = headers.get(name);
        if (first == null) {
            return "";
        }
        var all = headers.valueCharSequenceIterator(name);
        all.next();
        return all.hasNext() ? String.join(",", headers.getAll(name)) : first;
    }

    private void part(ChannelHandlerContext context, Form taken, HttpContent part) {
        if (part.decoderResult().isFailure()) {
            write(context, TrackerResponses.BAD_REQUEST, true, true);
            return;
        }
        if (taken.text().length() + part.content().readableBytes() > TrackerLimits.FORM) {
            write(context, TrackerResponses.CONTENT_TOO_LARGE, true, true);
            return;
        }
        taken.text().append(part.content().toString(StandardCharsets.ISO_8859_1));
        if (!(part instanceof LastHttpContent)) {
            return;
        }
        form = null;
        isOver = true; // requests in a row behind a form are not answered; clients do not send them
        trackerConnection.requested();
        trackerRequests
                .unsubscribe(taken.request(), taken.text().toString())
                .thenAccept(
                        trackerResponse ->
                                context.executor()
                                        .execute(
                                                () -> {
                                                    write(context, trackerResponse, true, true);
                                                    context.flush();
                                                }));
    }

    private void write(
            ChannelHandlerContext context,
            TrackerResponse trackerResponse,
            boolean bodyToo,
            boolean close) {
        ByteBuf octets =
                Http1Form.encode(context.alloc(), trackerResponse, bodyToo, close, clock.millis());
        if (close) {
            isOver = true;
            form = null;
            context.write(octets).addListener(ChannelFutureListener.CLOSE);
        } else {
            context.write(octets, context.voidPromise());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Outgoing.flushLater(context);
    }

    /** Who asks without reading the answers is not asked for more. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that disconnected, or octets that are no TLS: there is no one to answer.
        context.close();
    }
}
