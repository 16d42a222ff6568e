package facteur.testkit.smtp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Submits many messages over many connections and reports how it went. Goes on when the server dies
 * and comes back: a message that was not sent whole is sent again, one that was and got no answer
 * is reported as uncertain and not repeated.
 */
public final class LoadSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadSource.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final LoadOptions options;
    private final LoadListener listener;
    private final LoadMessages messages;
    private final InstantSource clock = InstantSource.system();
    private final AtomicLong next = new AtomicLong();
    private final Latencies latencies = new Latencies();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder uncertain = new LongAdder();
    private final LongAdder reconnects = new LongAdder();
    private final Map<Integer, LongAdder> refusals = new ConcurrentHashMap<>();
    private final CountDownLatch working;
    private final AtomicLong endNanos = new AtomicLong();
    private final long startNanos = System.nanoTime();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private LoadSource(LoadOptions options, LoadListener listener) {
        this.options = options;
        this.listener = listener;
        Instant now = clock.instant();
        this.messages =
                new LoadMessages(
                        options,
                        Long.toString(now.getEpochSecond() * 1_000_000_000 + now.getNano(), 36));
        this.working = new CountDownLatch(options.connections());
    }

    /** Starts the workers. */
    public static LoadSource start(LoadOptions options, LoadListener listener) {
        LoadSource source = new LoadSource(options, listener);
        for (int i = 0; i < options.connections(); i++) {
            source.threads.execute(source::work);
        }
        return source;
    }

    /** Does all of it and reports. */
    public static LoadReport run(LoadOptions options) throws InterruptedException {
        return run(options, new LoadListener() {});
    }

    /** Does all of it, telling a listener of each message, and reports. */
    public static LoadReport run(LoadOptions options, LoadListener listener)
            throws InterruptedException {
        try (LoadSource source = start(options, listener)) {
            return source.await();
        }
    }

    /** Waits until all workers are done. */
    public LoadReport await() throws InterruptedException {
        working.await();
        return report();
    }

    /** Where it stands now. */
    public LoadReport report() {
        Map<Integer, Long> codes = new TreeMap<>();
        refusals.forEach((code, count) -> codes.put(code, count.sum()));
        long end = working.getCount() == 0 ? endNanos.get() : System.nanoTime();
        return new LoadReport(
                options.messages(),
                acknowledged.sum(),
                refused.sum(),
                uncertain.sum(),
                reconnects.sum(),
                Duration.ofNanos(end - startNanos),
                codes,
                latencies.percentile(0.5),
                latencies.percentile(0.9),
                latencies.percentile(0.99),
                latencies.percentile(0.999),
                latencies.percentile(1));
    }

    /** Stops, if it still runs. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }

    private void work() {
        try {
            long number = next.getAndIncrement();
            long lastSuccess = System.nanoTime();
            while (number < options.messages()
                    && System.nanoTime() - lastSuccess < options.patience().toNanos()) {
                long reached = session(number);
                if (reached != number) {
                    lastSuccess = System.nanoTime();
                    number = reached;
                } else {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            endNanos.accumulateAndGet(System.nanoTime(), Math::max);
            working.countDown();
        }
    }

    /**
     * Sends from this message on until the connection ends; gives the first message that is still
     * to be sent.
     */
    private long session(long first) throws InterruptedException {
        long number = first;
        try (LoadConnection connection = LoadConnection.open(options)) {
            int sent = 0;
            while (number < options.messages()) {
                waitForTurn(number);
                boolean goOn = one(connection, number);
                number = next.getAndIncrement();
                if (!goOn || ++sent == options.messagesPerConnection()) {
                    break;
                }
            }
            connection.quit();
        } catch (LoadConnection.Uncertain lost) {
            uncertain.increment();
            reconnects.increment();
            listener.uncertain(messages.id(number), messages.recipients(number));
            number = next.getAndIncrement();
        } catch (IOException broken) {
            reconnects.increment();
            LOG.debug(
                    "load: message {} to {} was not sent, will be again",
                    number,
                    options.server(),
                    broken);
        }
        return number;
    }

    /** Sends one message; tells whether the connection can carry another. */
    private boolean one(LoadConnection connection, long number) throws IOException {
        String id = messages.id(number);
        List<String> recipients = messages.recipients(number);
        long start = System.nanoTime();
        LoadConnection.Outcome outcome =
                connection.send(
                        options.from(),
                        recipients,
                        messages.header(number, clock.instant()),
                        messages.body());
        ServerReply reply = outcome.reply();
        latencies.record(System.nanoTime() - start);
        if (reply.positive()) {
            acknowledged.increment();
            listener.acknowledged(id, outcome.accepted());
        } else {
            refused.increment();
            refusals.computeIfAbsent(reply.code(), _ -> new LongAdder()).increment();
            listener.refused(id, reply);
        }
        return reply.code() != 421;
    }

    private void waitForTurn(long number) throws InterruptedException {
        if (options.perSecond() > 0) {
            long due = startNanos + number * 1_000_000_000L / options.perSecond();
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        }
    }
}
