package facteur.admin.undertow;

import facteur.admin.web.Forwarded;
import facteur.admin.web.Malformed;
import facteur.admin.web.PathParts;
import facteur.admin.web.Query;
import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.config.descriptor.Descriptors;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.channels.StreamSourceChannel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waits for HTTP requests and has each answered on a virtual thread. How many connections, requests
 * and octets there are at a time is bounded ({@link AdminLimits}), and so is the time that a client
 * may take: for the header, for the body, for each piece of the answer. Strangers have a share of
 * their own, so that they keep nobody out who is known.
 */
public final class HttpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    // An import of suppressions comes in parts; forms are the largest thing sent here.
    private static final long MAX_BODY = 32L << 20;
    private static final int MAX_HEADER = 16 << 10;
    private static final int CHUNK = 16 << 10;
    private static final long SWEEP_MILLIS = 250;
    private static final int SWEEPS_PER_LOOK = 4;

    /** Descriptors that are left to the rest of the process. */
    private static final long RESERVE = 32;

    private final AdminLimits adminLimits;
    private final Descriptors descriptors;
    private final Service service;
    private final AdminConnections adminConnections;
    private final RequestBodies requestBodies;
    private final Semaphore known;
    private final Semaphore strangers;
    private final XnioWorker worker;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, CHUNK, 256, 4);
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("admin-sweep").factory());
    private @Nullable AcceptingChannel<? extends StreamConnection> channel;
    private int sweeps;

    /** Answers one request; may block. What it throws is a bug, told as a plain 500. */
    public interface Service {
        Response answer(Request request) throws IOException;

        /** Whether the request is authenticated; brief, and without its body. */
        boolean knows(Request request);

        /** An answer, without any work, to a request that could not be taken or answered. */
        Response refusal(Request request, int status, String detail);

        /** Whether the other end of a connection is trusted to say for whom it asks. */
        boolean isProxy(InetAddress peer);
    }

    private HttpListener(AdminLimits adminLimits, Descriptors descriptors, Service service)
            throws IOException {
        this.adminLimits = adminLimits;
        this.descriptors = descriptors;
        this.service = service;
        this.adminConnections = new AdminConnections(adminLimits, service::isProxy);
        this.requestBodies = new RequestBodies(adminLimits.bodies());
        this.known = new Semaphore(adminLimits.requests());
        this.strangers = new Semaphore(adminLimits.strangersRequests());
        this.worker =
                Xnio.getInstance(HttpListener.class.getClassLoader())
                        .createWorker(
                                OptionMap.builder()
                                        .set(Options.WORKER_IO_THREADS, 2)
                                        .set(Options.WORKER_TASK_CORE_THREADS, 2)
                                        .set(Options.WORKER_TASK_MAX_THREADS, 2)
                                        .set(Options.TCP_NODELAY, true)
                                        .getMap());
    }

    /**
     * @param address port 0 lets the system choose
     * @throws IOException when the address cannot be listened at
     */
    public static HttpListener start(InetSocketAddress address, Service service)
            throws IOException {
        return start(address, AdminLimits.DEFAULTS, Descriptors.ofThisProcess(), service);
    }

    /** The same with other limits. */
    static HttpListener start(
            InetSocketAddress address,
            AdminLimits adminLimits,
            Descriptors descriptors,
            Service service)
            throws IOException {
        HttpListener listener = new HttpListener(adminLimits, descriptors, service);
        try {
            listener.listen(address);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw new IOException("listen for the admin at " + address + ": " + e.getMessage(), e);
        }
        return listener;
    }

    private void listen(InetSocketAddress address) throws IOException {
        int headMillis = Math.toIntExact(adminLimits.head().toMillis());
        OptionMap options =
                OptionMap.builder()
                        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                        // web.PathParts decodes, once and after the path was taken apart.
                        .set(UndertowOptions.DECODE_URL, false)
                        // Else such a target is answered without a word; web.PathParts refuses it.
                        .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
                        .set(UndertowOptions.MAX_ENTITY_SIZE, MAX_BODY)
                        .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
                        .set(UndertowOptions.MAX_HEADERS, 100)
                        .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, headMillis)
                        .set(
                                UndertowOptions.NO_REQUEST_TIMEOUT,
                                Math.toIntExact(adminLimits.idle().toMillis()))
                        .getMap();
        HttpOpenListener http = new HttpOpenListener(buffers, options);
        http.setRootHandler(this::begin);
        ChannelListener<StreamConnection> opened =
                connection -> {
                    if (adminConnections.opened(connection)) {
                        Unparsed.answer(connection, read -> answer(connection, read));
                        http.handleEvent(connection);
                    }
                };
        AcceptingChannel<? extends StreamConnection> accepting =
                worker.createStreamConnectionServer(
                        address,
                        ChannelListeners.openListenerAdapter(opened),
                        OptionMap.builder()
                                .set(Options.TCP_NODELAY, true)
                                .set(Options.REUSE_ADDRESSES, true)
                                .set(Options.BACKLOG, 256)
                                .getMap());
        channel = accepting;
        accepting.resumeAccepts();
        sweeper.scheduleWithFixedDelay(
                () -> sweep(accepting), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep(AcceptingChannel<? extends StreamConnection> accepting) {
        adminConnections.sweep(System.nanoTime());
        if (++sweeps % SWEEPS_PER_LOOK == 0) {
            if (descriptors.isScarce(RESERVE)) {
                // To accept would fail, at once and again.
                accepting.suspendAccepts();
                adminConnections.relieve();
                log.warn(
                        "failed to accept an admin connection: fewer than {} of {} file descriptors"
                                + " are left; waiting 1 s",
                        RESERVE,
                        descriptors.limit());
            } else if (!accepting.isAcceptResumed()) {
                accepting.resumeAccepts();
            }
        }
    }

    public InetSocketAddress address() {
        AcceptingChannel<? extends StreamConnection> accepting = channel;
        InetSocketAddress local =
                accepting == null ? null : accepting.getLocalAddress(InetSocketAddress.class);
        if (local == null) {
            throw new IllegalStateException("the listener is closed");
        }
        return local;
    }

    /** Connections at this moment. */
    public int connections() {
        return adminConnections.count();
    }

    /** Octets of request bodies in memory at this moment. */
    public long bodyOctets() {
        return requestBodies.held();
    }

    /** Requests at work at this moment. */
    public int requests() {
        return adminLimits.requests()
                - known.availablePermits()
                + adminLimits.strangersRequests()
                - strangers.availablePermits();
    }

    private void begin(HttpServerExchange exchange) {
        StreamConnection connection =
                ((AbstractServerConnection) exchange.getConnection()).getChannel();
        AdminConnections.Visit visit = adminConnections.of(connection);
        visit.allow(adminLimits.strangersRequest());
        exchange.addExchangeCompleteListener(
                (_, next) -> {
                    visit.allow(adminLimits.idle());
                    next.proceed();
                });
        exchange.dispatch(threads, inner -> take(inner, visit));
    }

    /** Answers when there is room for one more. */
    private void take(HttpServerExchange exchange, AdminConnections.Visit visit) {
        Optional<String> path = PathParts.canonical(exchange.getRequestURI());
        Once body = new Once(exchange, visit);
        Request request = request(exchange, path, body);
        boolean isKnown = service.knows(request);
        Semaphore room = isKnown ? known : strangers;
        if (!room.tryAcquire()) {
            send(
                    exchange,
                    service.refusal(request, 503, "too many requests at once; try again")
                            .with("Retry-After", "2")
                            .with("Connection", "close"),
                    OutputStream.nullOutputStream());
            return;
        }
        Permit permit = new Permit(room);
        try {
            if (isKnown) {
                visit.known();
                body.most = Integer.MAX_VALUE;
                body.time = adminLimits.body();
                visit.allowForever(); // it is us who work now
            }
            answer(exchange, request, visit, isKnown, permit);
        } finally {
            body.forget();
            permit.giveBack();
        }
    }

    /** A place among the requests at work. */
    private static final class Permit {
        private final Semaphore room;
        private boolean held = true;

        Permit(Semaphore room) {
            this.room = room;
        }

        void giveBack() {
            if (held) {
                held = false;
                room.release();
            }
        }
    }

    private void answer(
            HttpServerExchange exchange,
            Request request,
            AdminConnections.Visit visit,
            boolean isKnown,
            Permit permit) {
        exchange.startBlocking();
        Response response;
        try {
            response = service.answer(request);
        } catch (Request.TooLarge e) {
            response =
                    service.refusal(request, 413, String.valueOf(e.getMessage()))
                            .with("Connection", "close");
        } catch (Request.TooSlow e) {
            response =
                    service.refusal(request, 408, String.valueOf(e.getMessage()))
                            .with("Connection", "close");
        } catch (Request.Crowded e) {
            response =
                    service.refusal(request, 503, String.valueOf(e.getMessage()))
                            .with("Retry-After", "2")
                            .with("Connection", "close");
        } catch (IOException | RuntimeException e) {
            if (!exchange.getConnection().isOpen()) {
                // It was closed for taking too long, while a thread was reading from it.
                log.debug("answer {}: the client is gone", exchange.getRequestPath(), e);
                return;
            }
            log.error(
                    "failed to answer {} {}",
                    exchange.getRequestMethod(),
                    exchange.getRequestPath(),
                    e);
            response = service.refusal(request, 500, "an error on this server; see its log");
        }
        if (response.isStream()) {
            permit.giveBack(); // streams have a bound of their own (live.Pulse)
        }
        OutputStream out = exchange.getOutputStream();
        if (isKnown) {
            send(exchange, response, new Paced(out, visit));
        } else {
            visit.allow(adminLimits.strangersRequest());
            send(exchange, response, out);
        }
    }

    /** An answer that its reader takes piece by piece, each within a time. */
    private final class Paced extends OutputStream {
        private final OutputStream out;
        private final AdminConnections.Visit visit;

        Paced(OutputStream out, AdminConnections.Visit visit) {
            this.out = out;
            this.visit = visit;
            visit.allowForever();
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            for (int at = 0; at < length; at += CHUNK) {
                visit.allow(adminLimits.piece());
                out.write(octets, from + at, Math.min(CHUNK, length - at));
                visit.allowForever();
            }
        }

        @Override
        public void flush() throws IOException {
            visit.allow(adminLimits.piece());
            out.flush();
            visit.allowForever();
        }

        @Override
        public void close() throws IOException {
            visit.allow(adminLimits.piece());
            out.close();
        }
    }

    private static void send(HttpServerExchange exchange, Response response, OutputStream to) {
        exchange.setStatusCode(response.status());
        response.headers()
                .forEach(
                        header ->
                                exchange.getResponseHeaders()
                                        .add(new HttpString(header.name()), header.value()));
        if (response.length() >= 0) {
            exchange.setResponseContentLength(response.length());
        }
        try (OutputStream out = to) {
            if (!exchange.getRequestMethod().toString().equals("HEAD")) {
                response.body().writeTo(out);
            }
        } catch (IOException e) {
            // The reader disconnected; there is no one to answer.
            log.debug("write the answer to {}", exchange.getRequestPath(), e);
        }
    }

    /** The answer to a request whose target the parser did not take; empty when it had others. */
    private Optional<byte[]> answer(StreamConnection connection, String read) {
        String[] lines = read.split("\r\n", -1);
        String[] line = lines[0].split(" ", -1);
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        if (line.length != 3 || !line[1].startsWith("/") || peer == null) {
            return Optional.empty();
        }
        String[] target = line[1].split("\\?", 2);
        Optional<String> path = PathParts.canonical(target[0]);
        Optional<Malformed> malformed = Request.malformed(path, target.length > 1 ? target[1] : "");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                // Of those that come twice the first counts, but proxies add lines of this one.
                String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
                headers.merge(
                        name,
                        lines[i].substring(colon + 1).strip(),
                        (first, next) ->
                                name.equals("x-forwarded-for") ? first + "," + next : first);
            }
        }
        Request request =
                new Request(
                        line[0],
                        path.orElse(target[0]),
                        Query.EMPTY,
                        malformed,
                        headers,
                        Forwarded.client(
                                peer.getAddress(),
                                headers.getOrDefault("x-forwarded-for", ""),
                                service::isProxy),
                        _ -> new byte[0]);
        return malformed.isPresent() ? octets(request) : Optional.empty();
    }

    private Optional<byte[]> octets(Request request) {
        try {
            Response response = service.answer(request);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (!request.method().equals("HEAD")) {
                response.body().writeTo(body);
            }
            StringBuilder head = new StringBuilder(512);
            head.append("HTTP/1.1 ")
                    .append(response.status())
                    .append(' ')
                    .append(StatusCodes.getReason(response.status()))
                    .append("\r\nConnection: close\r\nContent-Length: ")
                    .append(Math.max(response.length(), body.size()))
                    .append("\r\n");
            response.headers()
                    .forEach(
                            header ->
                                    head.append(header.name())
                                            .append(": ")
                                            .append(header.value())
                                            .append("\r\n"));
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            body.writeTo(whole);
            return Optional.of(whole.toByteArray());
        } catch (IOException | RuntimeException e) {
            log.error("answer {} {}", request.method(), request.path(), e);
            return Optional.empty();
        }
    }

    private Request request(HttpServerExchange exchange, Optional<String> path, Once body) {
        Map<String, String> headers = new HashMap<>();
        for (HeaderValues values : exchange.getRequestHeaders()) {
            headers.put(
                    values.getHeaderName().toString().toLowerCase(Locale.ROOT), values.getFirst());
        }
        InetAddress peer = exchange.getSourceAddress().getAddress();
        HeaderValues forwarded = exchange.getRequestHeaders().get("X-Forwarded-For");
        return new Request(
                exchange.getRequestMethod().toString(),
                path.orElse(exchange.getRequestURI()),
                Query.parse(exchange.getQueryString()),
                Request.malformed(path, exchange.getQueryString()),
                headers,
                Forwarded.client(
                        peer,
                        forwarded == null ? "" : String.join(",", forwarded),
                        service::isProxy),
                body);
    }

    /** Reads the body when it is first asked for, and keeps it until the answer is sent. */
    private final class Once implements Request.Body {
        private final HttpServerExchange exchange;
        private final AdminConnections.Visit visit;
        private byte @Nullable [] octets;
        private int held;
        private int most = adminLimits.strangersBody();
        private Duration time = adminLimits.strangersRequest();

        Once(HttpServerExchange exchange, AdminConnections.Visit visit) {
            this.exchange = exchange;
            this.visit = visit;
        }

        @Override
        public byte[] read(int limit) throws IOException {
            int allowed = Math.min(limit, most);
            byte[] known = octets;
            if (known == null) {
                if (exchange.getRequestContentLength() > allowed) {
                    throw new Request.TooLarge(allowed);
                }
                known = gather(allowed);
                octets = known;
            }
            if (known.length > allowed) {
                throw new Request.TooLarge(allowed);
            }
            return known.clone();
        }

        private byte[] gather(int allowed) throws IOException {
            if (exchange.isRequestComplete()) {
                return new byte[0];
            }
            if (HttpContinue.requiresContinueResponse(exchange)) {
                HttpContinue.sendContinueResponseBlocking(exchange);
            }
            StreamSourceChannel channel = exchange.getRequestChannel();
            if (channel == null) {
                throw new IOException("the body is read already");
            }
            // A thread that waits for octets checks the deadline itself.
            visit.allowForever();
            long end = System.nanoTime() + time.toNanos();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK, allowed + 1));
            int read = channel.read(chunk);
            while (read >= 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new Request.TooSlow();
                }
                if (whole.size() + read > allowed) {
                    throw new Request.TooLarge(allowed);
                }
                if (!requestBodies.hold(read)) {
                    throw new Request.Crowded();
                }
                held += read;
                whole.write(chunk.array(), 0, read);
                chunk.clear();
                if (read == 0) {
                    channel.awaitReadable(left, TimeUnit.NANOSECONDS);
                }
                read = channel.read(chunk);
            }
            return whole.toByteArray();
        }

        void forget() {
            requestBodies.letGo(held);
            held = 0;
            octets = null;
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        IoUtils.safeClose(channel);
        threads.shutdownNow();
        worker.shutdownNow();
        buffers.close();
    }
}
