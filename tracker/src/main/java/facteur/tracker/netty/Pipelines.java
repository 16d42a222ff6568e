package facteur.tracker.netty;

import facteur.config.unit.Network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * Sets up the connections of one listener: PROXY header, then TLS, then HTTP, each where it is
 * spoken.
 */
final class Pipelines {
    private static final HttpDecoderConfig HTTP1 =
            new HttpDecoderConfig()
                    .setMaxInitialLineLength(TrackerLimits.HEAD)
                    .setMaxHeaderSize(TrackerLimits.HEAD);

    private final TrackerListener trackerListener;
    private final TrackerConnections trackerConnections;
    private final TrackerRequests trackerRequests;
    private final InstantSource clock;

    Pipelines(
            TrackerListener trackerListener,
            TrackerConnections trackerConnections,
            TrackerRequests trackerRequests,
            InstantSource clock) {
        this.trackerListener = trackerListener;
        this.trackerConnections = trackerConnections;
        this.trackerRequests = trackerRequests;
        this.clock = clock;
    }

    void init(SocketChannel channel) {
        InetAddress peer = channel.remoteAddress().getAddress();
        TrackerConnection trackerConnection =
                trackerConnections.opened(channel, trackerListener, peer);
        if (trackerListener.proxyProtocol()) {
            if (!trackerListener.trusts(peer)) {
                channel.close(); // it could name any client
                return;
            }
            channel.pipeline()
                    .addLast(new HAProxyMessageDecoder(), new ProxyHead(trackerConnection));
        } else if (!trackerConnection.admit(peer)) {
            channel.close();
            return;
        }
        if (trackerListener.certificates().isPresent()) {
            Function<String, SslContext> certificates = trackerListener.certificates().get();
            channel.pipeline()
                    .addLast(
                            new SniHandler(
                                    (name, promise) ->
                                            promise.setSuccess(
                                                    certificates.apply(name == null ? "" : name))),
                            new Alpn(trackerConnection));
        } else {
            http1(channel.pipeline(), trackerConnection);
        }
    }

    private void http1(ChannelPipeline pipeline, TrackerConnection trackerConnection) {
        pipeline.addLast(
                new HttpRequestDecoder(HTTP1),
                new Http1Handler(trackerRequests, trackerConnection, clock));
    }

    private void http2(ChannelPipeline pipeline, TrackerConnection trackerConnection) {
        // The codec's own limits hold off floods of resets, continuations and empty frames.
        Http2Handler handler = new Http2Handler(trackerRequests, trackerConnection);
        pipeline.addLast(
                handler.counting(),
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(TrackerLimits.STREAMS)
                                        .maxHeaderListSize(TrackerLimits.HEAD))
                        .gracefulShutdownTimeoutMillis(TrackerLimits.FAREWELL.toMillis())
                        .build(),
                handler);
    }

    /** Goes on as the client and we agreed in the handshake (RFC 7301). */
    private final class Alpn extends ApplicationProtocolNegotiationHandler {
        private final TrackerConnection trackerConnection;

        Alpn(TrackerConnection trackerConnection) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.trackerConnection = trackerConnection;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                http2(context.pipeline(), trackerConnection);
            } else {
                http1(context.pipeline(), trackerConnection);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            context.close(); // anybody can fail one; it is no news for the log
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Takes the client's address from the PROXY header. */
    private static final class ProxyHead extends ChannelInboundHandlerAdapter {
        private final TrackerConnection trackerConnection;

        ProxyHead(TrackerConnection trackerConnection) {
            this.trackerConnection = trackerConnection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof HAProxyMessage head)) {
                context.fireChannelRead(message);
                return;
            }
            try {
                // LOCAL (a health check) and UNKNOWN name no client: the proxy itself asks.
                InetAddress client =
                        head.sourceAddress() == null
                                ? trackerConnection.peer()
                                : Network.literal(head.sourceAddress())
                                        .orElse(trackerConnection.peer());
                if (trackerConnection.admit(client)) {
                    context.pipeline().remove(this);
                } else {
                    context.close();
                }
            } finally {
                head.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
