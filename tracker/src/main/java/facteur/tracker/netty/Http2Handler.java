package facteur.tracker.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/2 connection, behind the frame codec, which holds it to RFC 9113 and bounds resets,
 * empty frames and what it has to acknowledge.
 *
 * <p>Here is bounded what the codec leaves to others: answers that a client does not take, and
 * frames that ask for nothing.
 */
final class Http2Handler extends ChannelInboundHandlerAdapter {
    private final TrackerRequests trackerRequests;
    private final TrackerConnection trackerConnection;
    private long idleOctets; // since the last whole request
    private boolean isOver; // what still comes is not answered

    // Bounded by the number of streams that a client may have open.
    private final Map<Http2FrameStream, Form> forms = new HashMap<>();

    private record Form(HitRequest request, StringBuilder text) {}

    Http2Handler(TrackerRequests trackerRequests, TrackerConnection trackerConnection) {
        this.trackerRequests = trackerRequests;
        this.trackerConnection = trackerConnection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (isOver) {
                return;
            }
            switch (message) {
                case Http2HeadersFrame head -> head(context, head);
                case Http2DataFrame part -> part(context, part);
                case Http2ResetFrame reset -> forms.remove(reset.stream());
                default -> {} // settings, pings and the like are the codec's
            }
            if (context.channel().bytesBeforeWritable() > TrackerLimits.UNREAD) {
                enough(context);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * Counts what comes, in front of the codec: it shows to nobody most frames that ask for
     * nothing.
     */
    ChannelInboundHandler counting() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                idleOctets += message instanceof ByteBuf octets ? octets.readableBytes() : 0;
                context.fireChannelRead(message);
                ChannelHandlerContext behind = context.pipeline().context(Http2Handler.this);
                if (idleOctets > TrackerLimits.IDLE && !isOver && behind != null) {
                    enough(behind);
                }
            }
        };
    }

    /** RFC 9113 10.5: no mail reader does this. */
    private void enough(ChannelHandlerContext context) {
        isOver = true;
        forms.clear();
        context.write(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM));
        context.close();
    }

    private void requested() {
        idleOctets = 0;
        trackerConnection.requested();
    }

    private void head(ChannelHandlerContext context, Http2HeadersFrame head) {
        Form taken = forms.remove(head.stream());
        if (taken != null) { // trailers: the form is complete
            unsubscribe(context, head.stream(), taken);
            return;
        }
        Http2Headers headers = head.headers();
        CharSequence path = headers.path();
        CharSequence method = headers.method();
        if (path == null || method == null) {
            write(context, head.stream(), TrackerResponses.BAD_REQUEST, true);
            return;
        }
        HitRequest request =
                HitRequest.of(
                        HitRequest.Method.of(method),
                        path.toString(),
                        name -> joined(headers, name),
                        trackerConnection);
        if (!TrackerRequests.takesForm(request)) {
            requested();
            write(
                    context,
                    head.stream(),
                    trackerRequests.answer(request),
                    request.method() != HitRequest.Method.HEAD);
            if (!head.isEndStream()) {
                end(context, head.stream());
            }
            return;
        }
        Form form = new Form(request, new StringBuilder());
        if (head.isEndStream()) {
            unsubscribe(context, head.stream(), form);
        } else {
            forms.put(head.stream(), form);
        }
    }

    private static String joined(Http2Headers headers, AsciiString name) {
        List<CharSequence> all = headers.getAll(name);
        return all.size() == 1 ? all.getFirst().toString() : String.join(",", all);
    }

    private void part(ChannelHandlerContext context, Http2DataFrame part) {
        context.write(
                new DefaultHttp2WindowUpdateFrame(part.initialFlowControlledBytes())
                        .stream(part.stream()));
        Form form = forms.get(part.stream());
        if (form == null) {
            return; // the stream was answered already
        }
        if (form.text().length() + part.content().readableBytes() > TrackerLimits.FORM) {
            forms.remove(part.stream());
            write(context, part.stream(), TrackerResponses.CONTENT_TOO_LARGE, true);
            end(context, part.stream());
            return;
        }
        form.text().append(part.content().toString(StandardCharsets.ISO_8859_1));
        if (part.isEndStream()) {
            forms.remove(part.stream());
            unsubscribe(context, part.stream(), form);
        }
    }

    private void unsubscribe(ChannelHandlerContext context, Http2FrameStream stream, Form form) {
        requested();
        trackerRequests
                .unsubscribe(form.request(), form.text().toString())
                .thenAccept(
                        trackerResponse ->
                                context.executor()
                                        .execute(
                                                () -> {
                                                    write(context, stream, trackerResponse, true);
                                                    context.flush();
                                                }));
    }

    private static void write(
            ChannelHandlerContext context,
            Http2FrameStream stream,
            TrackerResponse trackerResponse,
            boolean bodyToo) {
        TrackerResponse.Form form = trackerResponse.form();
        Http2Headers headers = new DefaultHttp2Headers().status(String.valueOf(form.status().code));
        form.fields().forEach(field -> add(headers, field));
        trackerResponse.own().ifPresent(field -> add(headers, field));
        boolean hasBody = bodyToo && form.body().length > 0;
        context.write(new DefaultHttp2HeadersFrame(headers, !hasBody).stream(stream));
        if (hasBody) {
            context.write(
                    new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(form.body()), true)
                            .stream(stream));
        }
    }

    private static void add(Http2Headers headers, TrackerResponse.Field field) {
        headers.add(field.name().toLowerCase(Locale.ROOT), field.value());
    }

    /** RFC 9113 8.1: answered in full without having read everything. */
    private static void end(ChannelHandlerContext context, Http2FrameStream stream) {
        context.write(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(stream));
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
        switch (cause) {
            case Http2FrameStreamException e -> {
                forms.remove(e.stream());
                context.writeAndFlush(new DefaultHttp2ResetFrame(e.error()).stream(e.stream()));
            }
            case Http2Exception _ -> isOver = true; // the codec says GOAWAY, and ends it
            default -> context.close();
        }
    }
}
