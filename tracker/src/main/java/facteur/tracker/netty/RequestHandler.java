package facteur.tracker.netty;

import facteur.config.unit.Network;
import facteur.mail.token.LinkTarget;
import facteur.mail.token.Token;
import facteur.tracker.engagement.Hit;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers one connection's requests. Nothing that a request says comes back, but the target that
 * its token holds.
 */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final int MAX_AGENT = 300;

    private final TrackerServer.Collaborators with;

    RequestHandler(TrackerServer.Collaborators with) {
        this.with = with;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            send(context, request, Answers.badRequest());
            return;
        }
        String path = path(request.uri());
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (path.startsWith("/u/") && request.method().equals(HttpMethod.POST)) {
            unsubscribe(context, request, path.substring(3));
        } else if (!reads) {
            send(context, request, Answers.methodNotAllowed(path.startsWith("/u/")));
        } else if (path.startsWith("/o/")) {
            open(context, request, path.substring(3));
        } else if (path.startsWith("/c/")) {
            click(context, request, path.substring(3));
        } else if (path.startsWith("/u/")) {
            send(
                    context,
                    request,
                    with.seal()
                                    .get()
                                    .unseal(path.substring(3))
                                    .filter(Token.Unsubscribe.class::isInstance)
                                    .isPresent()
                            ? Answers.unsubscribePage(isFrench(request))
                            : refused(request));
        } else if (path.equals("/robots.txt")) {
            send(context, request, Answers.robots());
        } else {
            send(context, request, Answers.notFound(isFrench(request)));
        }
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /**
     * The pixel is always a pixel: a broken picture would tell the reader what the sender got
     * wrong.
     */
    private void open(ChannelHandlerContext context, FullHttpRequest request, String sealed) {
        Optional<Token> token =
                with.seal()
                        .get()
                        .unseal(sealed)
                        .filter(t -> t instanceof Token.Open || t instanceof Token.AnonymousOpen);
        send(context, request, Answers.pixel());
        if (token.isPresent()) {
            with.figures().pixels().increment();
            with.recorder().record(hit(context, request, token.get()));
        } else {
            with.figures().refused().increment();
        }
    }

    private void click(ChannelHandlerContext context, FullHttpRequest request, String sealed) {
        Optional<Token> token = with.seal().get().unseal(sealed);
        Optional<String> target =
                token.flatMap(
                        t ->
                                switch (t) {
                                    case Token.Click(_, _, String url) -> Optional.of(url);
                                    case Token.AnonymousClick(_, _, String url) -> Optional.of(url);
                                    case Token.Open _,
                                            Token.AnonymousOpen _,
                                            Token.Unsubscribe _,
                                            Token.ReturnPath _ ->
                                            Optional.empty();
                                });
        if (target.isEmpty()) {
            send(context, request, refused(request));
            return;
        }
        send(context, request, Answers.redirect(LinkTarget.location(target.get())));
        with.figures().redirects().increment();
        with.recorder().record(hit(context, request, token.orElseThrow()));
    }

    private FullHttpResponse refused(FullHttpRequest request) {
        with.figures().refused().increment();
        return Answers.notFound(isFrench(request));
    }

    /** RFC 8058: the POST acts, and is answered once that is on disk. */
    private void unsubscribe(
            ChannelHandlerContext context, FullHttpRequest request, String sealed) {
        boolean french = isFrench(request);
        if (!(with.seal().get().unseal(sealed).orElse(null)
                instanceof Token.Unsubscribe(var recipient))) {
            send(context, request, refused(request));
            return;
        }
        boolean oneClick =
                request.content()
                        .toString(java.nio.charset.StandardCharsets.UTF_8)
                        .contains("List-Unsubscribe=One-Click");
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        with.recorder()
                .unsubscribed(recipient, with.clock().instant(), oneClick ? "one-click" : "page")
                .whenComplete(
                        (_, failure) ->
                                context.executor()
                                        .execute(
                                                () -> {
                                                    with.figures().unsubscribes().increment();
                                                    write(
                                                            context,
                                                            failure == null
                                                                    ? Answers.unsubscribed(french)
                                                                    : Answers.tryLater(french),
                                                            keepAlive);
                                                }));
    }

    private Hit hit(ChannelHandlerContext context, FullHttpRequest request, Token token) {
        HttpHeaders headers = request.headers();
        String agent = headers.get(HttpHeaderNames.USER_AGENT, "");
        String purpose =
                (headers.get("Sec-Purpose", "")
                                + headers.get("Purpose", "")
                                + headers.get("X-Purpose", "")
                                + headers.get("X-Moz", ""))
                        .toLowerCase(Locale.ROOT);
        boolean prefetch =
                purpose.contains("prefetch")
                        || purpose.contains("preview")
                        || purpose.contains("prerender");
        Instant now = Instant.ofEpochMilli(with.clock().instant().toEpochMilli());
        return new Hit(
                token,
                now,
                client(context, headers),
                agent.length() <= MAX_AGENT ? agent : agent.substring(0, MAX_AGENT),
                request.method().equals(HttpMethod.HEAD),
                prefetch);
    }

    /** The client, or whom a trusted proxy names as its own client. */
    private InetAddress client(ChannelHandlerContext context, HttpHeaders headers) {
        InetAddress peer = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        boolean trusted =
                with.trustedProxies().stream().anyMatch(network -> network.contains(peer));
        String forwarded = headers.get("X-Forwarded-For", "");
        if (!trusted || forwarded.isBlank()) {
            return peer;
        }
        String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return Network.literal(last).orElse(peer);
    }

    private static boolean isFrench(FullHttpRequest request) {
        return request.headers()
                .get(HttpHeaderNames.ACCEPT_LANGUAGE, "")
                .toLowerCase(Locale.ROOT)
                .startsWith("fr");
    }

    private static void send(
            ChannelHandlerContext context, FullHttpRequest request, FullHttpResponse response) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (head) {
            response.content().clear();
        }
        write(
                context,
                response,
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess());
    }

    private static void write(
            ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive) {
        if (keepAlive) {
            context.writeAndFlush(response, context.voidPromise());
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that went away, was silent for too long, or sent too much: nobody waits for an
        // answer.
        context.close();
    }
}
