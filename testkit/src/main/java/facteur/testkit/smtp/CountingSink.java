package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLContext;

/**
 * Takes mail as fast as it comes, throws it away and counts it. For load: it checks no syntax and
 * refuses nobody.
 */
public final class CountingSink implements AutoCloseable {
    private final SinkOptions options;
    private final Acceptor acceptor;
    private final Optional<SSLContext> tls;
    private final Optional<SinkListener> listener;
    private final Optional<SeenOnce> seen;
    private final LongAdder duplicates = new LongAdder();
    private final Counters counters = new Counters();

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
        this.acceptor = new Acceptor("sink", options.listen(), options.maxConnections(), counters);
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
        sink.acceptor.start((socket, _, crowded) -> sink.serve(socket, crowded));
        return sink;
    }

    public InetSocketAddress address() {
        return acceptor.address();
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
        acceptor.close();
    }

    private void serve(Socket socket, boolean crowded) throws IOException {
        new SinkConnection(socket, options, counters, tls, seen, duplicates, listener).run(crowded);
    }
}
