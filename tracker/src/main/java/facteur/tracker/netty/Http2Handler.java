package facteur.tracker.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
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

/** One HTTP/2 connection, behind the frame codec, which holds it to RFC 9113. */
final class Http2Handler extends ChannelInboundHandlerAdapter {
    private final TrackerRequests trackerRequests;
    private final TrackerConnection trackerConnection;
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
            switch (message) {
                case Http2HeadersFrame head -> head(context, head);
                case Http2DataFrame part -> part(context, part);
                case Http2ResetFrame reset -> forms.remove(reset.stream());
                default -> {} // settings, pings and the like are the codec's
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
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
            trackerConnection.requested();
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
        trackerConnection.requested();
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

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // The codec answers what RFC 9113 has an answer for; what comes here ends the connection.
        context.close();
    }
}
