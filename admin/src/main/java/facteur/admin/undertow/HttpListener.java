package facteur.admin.undertow;

import facteur.admin.web.Query;
import facteur.admin.web.Request;
import facteur.admin.web.Response;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Waits for HTTP requests and has each answered on a virtual thread. */
public final class HttpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    // Imports of suppressions are the largest thing sent here.
    private static final long MAX_BODY = 32L << 20;
    private static final int MAX_HEADER = 32 << 10;
    private static final int REQUEST_MILLIS = 30_000;
    // Live streams say something every 15 s.
    private static final int IDLE_MILLIS = 120_000;

    private final Undertow undertow;
    private final ExecutorService threads;

    /** Answers one request; may block. What it throws is a bug, told as a plain 500. */
    public interface Service {
        Response answer(Request request) throws IOException;
    }

    private HttpListener(Undertow undertow, ExecutorService threads) {
        this.undertow = undertow;
        this.threads = threads;
    }

    /**
     * @param address port 0 lets the system choose
     * @throws IOException when the address cannot be listened at
     */
    public static HttpListener start(InetSocketAddress address, Service service)
            throws IOException {
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
        Undertow undertow =
                Undertow.builder()
                        .addHttpListener(address.getPort(), address.getHostString())
                        .setIoThreads(2)
                        .setWorkerThreads(2)
                        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_BODY)
                        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
                        .setServerOption(UndertowOptions.MAX_HEADERS, 100)
                        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_MILLIS)
                        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                        .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
                        .setHandler(
                                exchange ->
                                        exchange.dispatch(threads, inner -> answer(inner, service)))
                        .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            threads.close();
            throw new IOException("listen for the admin at " + address, e);
        }
        return new HttpListener(undertow, threads);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
    }

    private static void answer(HttpServerExchange exchange, Service service) {
        exchange.startBlocking();
        Response response;
        try {
            response = service.answer(request(exchange));
        } catch (Request.TooLarge e) {
            response = Response.text(413, "text/plain", e.getMessage() + "\n");
        } catch (IOException | RuntimeException e) {
            log.error("answer {} {}", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            response = Response.text(500, "text/plain", "an error on this server; see its log\n");
        }
        send(exchange, response);
    }

    private static void send(HttpServerExchange exchange, Response response) {
        exchange.setStatusCode(response.status());
        response.headers()
                .forEach(
                        header ->
                                exchange.getResponseHeaders()
                                        .add(new HttpString(header.name()), header.value()));
        if (response.length() >= 0) {
            exchange.setResponseContentLength(response.length());
        }
        try (OutputStream out = exchange.getOutputStream()) {
            if (!exchange.getRequestMethod().toString().equals("HEAD")) {
                response.body().writeTo(out);
            }
        } catch (IOException e) {
            // The reader went away; nobody is left to be told.
            log.debug("write the answer to {}", exchange.getRequestPath(), e);
        }
    }

    private static Request request(HttpServerExchange exchange) {
        Map<String, String> headers = new HashMap<>();
        for (HeaderValues values : exchange.getRequestHeaders()) {
            headers.put(
                    values.getHeaderName().toString().toLowerCase(Locale.ROOT), values.getFirst());
        }
        InetAddress peer = exchange.getSourceAddress().getAddress();
        return new Request(
                exchange.getRequestMethod().toString(),
                exchange.getRequestPath(),
                Query.parse(exchange.getQueryString()),
                headers,
                peer,
                new Once(exchange));
    }

    /** Reads the body when it is first asked for, and keeps it. */
    private static final class Once implements Request.Body {
        private final HttpServerExchange exchange;
        private byte @Nullable [] octets;

        Once(HttpServerExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public byte[] read(int limit) throws IOException {
            byte[] known = octets;
            if (known == null) {
                known = exchange.getInputStream().readNBytes(limit + 1);
                octets = known;
            }
            if (known.length > limit) {
                throw new Request.TooLarge(limit);
            }
            return known.clone();
        }
    }

    @Override
    public void close() {
        undertow.stop();
        threads.shutdownNow();
    }
}
