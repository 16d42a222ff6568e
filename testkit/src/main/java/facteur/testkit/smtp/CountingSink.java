package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLContext;

/**
 * Takes mail as fast as it comes, throws it away and counts it. For load: it checks no syntax and
 * refuses nobody.
 */
public final class CountingSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CountingSink.class);
    private static final int BACKLOG = 4_096;

    private final SinkOptions options;
    private final ServerSocket server;
    private final Optional<SSLContext> tls;
    private final Optional<SinkListener> listener;
    private final Optional<SeenOnce> seen;
    private final LongAdder duplicates = new LongAdder();
    private final Counters counters = new Counters();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CountingSink(SinkOptions options, Optional<SinkListener> listener) throws IOException {
        this.options = options;
        this.listener = listener;
        this.tls =
                options.tls()
                        ? Optional.of(LabCertificate.of("sink.lab").serverContext())
                        : Optional.empty();
        this.seen =
                options.watchedDeliveries() > 0
                        ? Optional.of(new SeenOnce(options.watchedDeliveries()))
                        : Optional.empty();
        this.server = new ServerSocket();
        server.bind(options.listen(), BACKLOG);
    }

    /**
     * Starts a sink.
     *
     * @throws IOException when the address cannot be had
     */
    public static CountingSink start(SinkOptions options) throws IOException {
        return started(new CountingSink(options, Optional.empty()));
    }

    /** Starts a sink that tells a listener of each message. */
    public static CountingSink start(SinkOptions options, SinkListener listener)
            throws IOException {
        return started(new CountingSink(options, Optional.of(listener)));
    }

    private static CountingSink started(CountingSink sink) {
        sink.threads.execute(sink::accept);
        return sink;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public ServerCounts counts() {
        return counters.snapshot();
    }

    /** Deliveries of a message to a recipient who already had it. */
    public long duplicates() {
        return duplicates.sum();
    }

    /** Whether more deliveries came than are watched, so that duplicates may have been missed. */
    public boolean duplicatesMayBeMissed() {
        return seen.map(SeenOnce::overflowed).orElse(true);
    }

    @Override
    public void close() {
        close(server);
        sockets.forEach(CountingSink::close);
        threads.shutdownNow();
        threads.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                boolean crowded = counters.opened() > options.maxConnections();
                sockets.add(socket);
                threads.execute(() -> serve(socket, crowded));
            } catch (IOException failed) {
                if (!server.isClosed()) {
                    LOG.warn("sink: accept on {}", address(), failed);
                }
            }
        }
    }

    private void serve(Socket socket, boolean crowded) {
        try (socket) {
            new SinkConnection(socket, options, counters, tls, seen, duplicates, listener)
                    .run(crowded);
        } catch (IOException ended) {
            LOG.debug("sink: a connection ended early", ended);
        } finally {
            sockets.remove(socket);
            counters.open.decrementAndGet();
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failed) {
            LOG.debug("sink: close {}", closeable, failed); // it is being thrown away
        }
    }
}
