package facteur.testkit.smtp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listens on one address, gives each connection a virtual thread, and counts the open ones. */
final class Acceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int BACKLOG = 4_096;
    private static final Duration BREATH = Duration.ofMillis(50);

    /** What is done with a connection; it is closed afterwards. */
    @FunctionalInterface
    interface Service {
        /**
         * The {@code number} counts connections from 1; {@code crowded} tells that this one is more
         * than allowed.
         */
        void serve(Socket socket, int number, boolean crowded) throws IOException;
    }

    private final String name;
    private final ServerSocket server = new ServerSocket();
    private final int maxConnections;
    private final Counters counters;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Acceptor(String name, InetSocketAddress listen, int maxConnections, Counters counters)
            throws IOException {
        this.name = name;
        this.maxConnections = maxConnections;
        this.counters = counters;
        server.bind(listen, BACKLOG);
    }

    void start(Service service) {
        threads.execute(() -> accept(service));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Does something on a thread that ends with this. */
    void execute(Runnable work) {
        threads.execute(work);
    }

    boolean isClosed() {
        return server.isClosed();
    }

    private void accept(Service service) {
        int number = 0;
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                int connection = ++number;
                boolean crowded = counters.opened() > maxConnections;
                sockets.add(socket);
                threads.execute(() -> serve(service, socket, connection, crowded));
            } catch (IOException failed) {
                if (!server.isClosed()) {
                    LOG.warn("{}: accept on {}", name, address(), failed);
                    breathe(); // out of file descriptors, most likely: some will be free again
                }
            }
        }
    }

    private void serve(Service service, Socket socket, int number, boolean crowded) {
        try (socket) {
            service.serve(socket, number, crowded);
        } catch (IOException ended) {
            LOG.debug("{}: connection {} ended early", name, number, ended);
        } finally {
            sockets.remove(socket);
            counters.open.decrementAndGet();
        }
    }

    private static void breathe() {
        try {
            Thread.sleep(BREATH);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(server);
        sockets.forEach(this::close);
        threads.shutdownNow();
        threads.close();
    }

    private void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failed) {
            LOG.debug("{}: close {}", name, closeable, failed); // it is being thrown away
        }
    }
}
