package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A server on loopback that holds the talks a test wrote, one for each connection, and remembers
 * what went otherwise.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptedServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The server's side of one connection, written in code. */
    @FunctionalInterface
    public interface Part {
        /** Holds the talk; the connection is closed after it. */
        void hold(SmtpTalk talk) throws IOException;
    }

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Semaphore held = new Semaphore(0);
    private final int parts;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ScriptedServer(int parts) throws IOException {
        this.parts = parts;
        this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    }

    /** Plays one script for each connection, in order; further connections are closed at once. */
    public static ScriptedServer play(SmtpScript... scripts) throws IOException {
        LabCertificate certificate = LabCertificate.of("scripted.lab");
        return start(
                List.of(scripts).stream()
                        .<Part>map(script -> talk -> script.playServer(talk, certificate))
                        .toList());
    }

    /** Holds one talk for each connection, in order; further connections are closed at once. */
    public static ScriptedServer start(List<Part> parts) throws IOException {
        ScriptedServer scripted = new ScriptedServer(parts.size());
        Iterator<Part> next = parts.iterator();
        scripted.threads.execute(() -> scripted.accept(next));
        return scripted;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /**
     * Waits until all talks were held.
     *
     * @throws AssertionError when one of them went otherwise than written, or does not come to its
     *     end in time
     */
    public void verify(Duration patience) throws InterruptedException {
        boolean all = held.tryAcquire(parts, patience.toNanos(), TimeUnit.NANOSECONDS);
        Throwable failure = failures.peek();
        if (failure != null) {
            throw new AssertionError(
                    "a scripted talk went otherwise: " + failure.getMessage(), failure);
        }
        if (!all) {
            throw new AssertionError(
                    "only "
                            + held.availablePermits()
                            + " of "
                            + parts
                            + " scripted talks were held in "
                            + patience);
        }
        held.release(parts);
    }

    private void accept(Iterator<Part> next) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                if (next.hasNext()) {
                    Part part = next.next();
                    threads.execute(() -> hold(socket, part));
                } else {
                    socket.close();
                }
            } catch (IOException failed) {
                if (!server.isClosed()) {
                    LOG.warn("scripted server: accept on {}", address(), failed);
                }
            }
        }
    }

    private void hold(Socket socket, Part part) {
        try (SmtpTalk talk = new SmtpTalk(socket, PATIENCE)) {
            part.hold(talk);
        } catch (IOException | AssertionError otherwise) {
            failures.add(otherwise);
        } finally {
            sockets.remove(socket);
            held.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
        threads.close();
    }
}
