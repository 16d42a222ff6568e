package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/**
 * A receiving SMTP server on a loopback address that behaves and talks like a provider. The
 * recipient's name decides what happens ({@link RecipientBehaviour}); {@link ProviderOptions} say
 * what happens to everybody.
 *
 * <p>A message is in {@link #log()} before the client reads 250.
 */
public final class ProviderSimulator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderSimulator.class);
    private static final int MAX_PENDING_RETURNS = 10_000;

    private final ProviderOptions options;
    private final InstantSource clock;
    private final Acceptor acceptor;
    private final SSLContext tls;
    private final TakenMessages log;
    private final Consumer<TakenMessage> listener;
    private final ProviderMemory memory = new ProviderMemory();
    private final Counters counters = new Counters();
    private final Semaphore pendingReturns = new Semaphore(MAX_PENDING_RETURNS);

    private ProviderSimulator(
            ProviderOptions options, InstantSource clock, Consumer<TakenMessage> listener)
            throws IOException {
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        this.log = new TakenMessages(options.keeping());
        this.tls = LabCertificate.of(options.hostName()).serverContext();
        this.acceptor =
                new Acceptor(
                        options.hostName(),
                        options.listen(),
                        options.limits().connections(),
                        counters);
    }

    /**
     * Starts a server.
     *
     * @throws IOException when the address cannot be had
     */
    public static ProviderSimulator start(ProviderOptions options) throws IOException {
        return start(options, InstantSource.system(), _ -> {});
    }

    /**
     * Starts a server that also tells a listener of each message, on the thread of its connection
     * and before 250 is said.
     *
     * @param clock what greylisting and the times in the log go by
     */
    public static ProviderSimulator start(
            ProviderOptions options, InstantSource clock, Consumer<TakenMessage> listener)
            throws IOException {
        ProviderSimulator simulator = new ProviderSimulator(options, clock, listener);
        simulator.acceptor.start(simulator::serve);
        return simulator;
    }

    public InetSocketAddress address() {
        return acceptor.address();
    }

    public ProviderOptions options() {
        return options;
    }

    public TakenMessages log() {
        return log;
    }

    public ServerCounts counts() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        acceptor.close();
    }

    private void serve(Socket socket, int connection, boolean crowded) throws IOException {
        var dialogue = new ProviderDialogue(options, memory, socket.getInetAddress(), connection);
        new ProviderConnection(
                        socket, options, dialogue, counters, tls, clock, this::take, this::sendBack)
                .run(crowded);
    }

    private void take(TakenMessage takenMessage) {
        counters.messages.increment();
        counters.recipients.add(takenMessage.recipients().size());
        counters.bytes.add(takenMessage.size());
        log.add(options.keeping().bodies() ? takenMessage : takenMessage.withoutMessage());
        listener.accept(takenMessage);
    }

    private void sendBack(ServerAct.Return back) {
        boolean wanted = options.feedbackRelay().isPresent() && !back.taken().mailFrom().isEmpty();
        if (wanted && pendingReturns.tryAcquire()) {
            acceptor.execute(() -> sendBackLater(back, options.feedbackRelay().get()));
        } else if (wanted) {
            LOG.warn(
                    "{}: more than {} mails are to be sent back; one is left out",
                    options.hostName(),
                    MAX_PENDING_RETURNS);
        }
    }

    private void sendBackLater(ServerAct.Return back, InetSocketAddress relay) {
        try {
            Thread.sleep(options.delays().feedback());
            Instant now = clock.instant();
            FeedbackMail mail = FeedbackMail.of(back, options, now);
            ServerReply reply =
                    MessageSender.deliver(
                            relay,
                            options.hostName(),
                            mail.from(),
                            back.taken().mailFrom(),
                            mail.message());
            if (!reply.positive()) {
                LOG.warn(
                        "{}: {} refused the {} of {}: {}",
                        options.hostName(),
                        relay,
                        back.kind(),
                        back.recipient(),
                        reply);
            }
        } catch (IOException failed) {
            if (!acceptor.isClosed()) {
                LOG.warn(
                        "{}: send the {} of {} to {}",
                        options.hostName(),
                        back.kind(),
                        back.recipient(),
                        relay,
                        failed);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            pendingReturns.release();
        }
    }
}
