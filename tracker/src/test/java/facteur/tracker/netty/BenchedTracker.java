package facteur.tracker.netty;

import ch.qos.logback.classic.Level;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.store.Store;
import facteur.store.query.ReaderQueries;
import facteur.testkit.tls.LabCertificate;
import facteur.tracker.engagement.Hit;
import facteur.tracker.engagement.HitContext;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.recording.Recorder;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * The tracker in a process of its own for {@link TrackerBench}: one event loop, a store that folds,
 * and someone who looks how soon a hit is to be seen. Prints its ports; does what it is told on
 * standard input: {@code figures}, {@code settle}.
 */
final class BenchedTracker {
    private static final long SAMPLES = 1L << 40;

    /** Answering, judging, writing, and folding what was written. */
    static final List<String> THREADS = List.of("loop", "hits", "journal-writer", "views");

    private BenchedTracker() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        // Standard output is a pipe that is read between the rounds: a line for each handshake
        // would fill it, and hold the event loop.
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
                instanceof ch.qos.logback.classic.Logger root) {
            root.setLevel(Level.WARN);
        }
        TokenSeal seal = BenchedPaths.seal(directory);
        Store store = Store.open(Store.Options.of(directory.resolve("data")));
        RobotRules rules = RobotRules.shipped();
        InstantSource clock = InstantSource.system();
        TrackerLoops.Transport transport = TrackerLoops.Transport.cheapest();
        Recorder recorder =
                new Recorder(
                        store.journal(),
                        new HitPolicy(
                                () -> rules,
                                tokens -> store.read(now -> standings(now.readers(), tokens))),
                        clock);
        SslContext tls =
                SslContextBuilder.forServer(
                                directory.resolve("cert.pem").toFile(),
                                directory.resolve("key.pem").toFile())
                        .sslProvider(SslProvider.OPENSSL)
                        .protocols("TLSv1.3")
                        .build();
        TrackerServer server =
                TrackerServer.open(
                        List.of(
                                Ground.plain(List.of()),
                                new TrackerListener(
                                        Ground.anyPort(), Optional.of(_ -> tls), false, List.of())),
                        Ground.LIMITS,
                        new TrackerDependencies(
                                () -> seal, recorder, clock, TrackerCounters.zero(), _ -> {}),
                        new TrackerLoops(transport, 1));
        Watch watch = new Watch(store, recorder);
        Thread.ofPlatform().daemon().start(watch::run);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.println("transport " + transport);
        server.addresses().forEach(address -> out.println("port " + address.getPort()));
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = in.readLine(); order != null; order = in.readLine()) {
            if (order.equals("settle")) {
                settle(store, recorder);
                out.println("settled");
                continue;
            }
            out.println(
                    "figures "
                            + recorder.recorded()
                            + " "
                            + recorder.dropped()
                            + " "
                            + store.foldedEvents()
                            + " "
                            + watch.p99Millis()
                            + processorMillis());
        }
        Runtime.getRuntime().halt(0);
    }

    /** Waits until the views know every hit that came. */
    private static void settle(Store store, Recorder recorder) throws InterruptedException {
        Thread.sleep(50); // what came last is on its way to the journal
        long recorded = recorder.recorded();
        while (store.foldedEvents() < recorded) {
            Thread.sleep(50);
        }
    }

    /** The tracker asks the views as it does in a whole server. */
    private static List<HitContext> standings(ReaderQueries readers, List<Token> tokens) {
        return tokens.stream().map(token -> standing(readers, token)).toList();
    }

    private static HitContext standing(ReaderQueries readers, Token token) {
        return new HitContext(
                token instanceof Token.Personal personal
                        ? readers.standing(personal.recipient()).deliveredAt()
                        : Optional.empty(),
                TrackingMode.FULL);
    }

    /** Processor time until now of the threads that do the work, milliseconds. */
    private static String processorMillis() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> millis = new TreeMap<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            String name = thread == null ? "" : thread.getThreadName();
            if (name.startsWith("multiThread")) {
                name = "loop";
            }
            if (THREADS.contains(name)) {
                millis.merge(
                        name,
                        threads.getThreadCpuTime(thread.getThreadId()) / 1_000_000,
                        Long::sum);
            }
        }
        return THREADS.stream()
                .map(name -> " " + millis.getOrDefault(name, 0L))
                .collect(Collectors.joining());
    }

    static void certificate(Path directory) throws IOException {
        LabCertificate.of("localhost")
                .write(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    /** Hands a hit over every 20 ms, as an event loop does, and looks when it is in the views. */
    private static final class Watch {
        private final Store store;
        private final Recorder recorder;
        private final ConcurrentLinkedQueue<Long> millis = new ConcurrentLinkedQueue<>();

        private record Sample(RecipientId recipient, long since) {}

        Watch(Store store, Recorder recorder) {
            this.store = store;
            this.recorder = recorder;
        }

        void run() {
            java.util.ArrayDeque<Sample> open = new java.util.ArrayDeque<>();
            try {
                for (long i = SAMPLES; ; i++) {
                    RecipientId recipient = new RecipientId(new MailId(i), 0);
                    recorder.record(
                            new Hit(
                                    new Token.Open(recipient),
                                    Instant.now(),
                                    InetAddress.getLoopbackAddress(),
                                    Ground.BROWSER,
                                    false,
                                    false,
                                    false));
                    open.add(new Sample(recipient, System.nanoTime()));
                    while (!open.isEmpty()
                            && store.views()
                                    .messages()
                                    .recipient(open.getFirst().recipient())
                                    .isPresent()) {
                        millis.add((System.nanoTime() - open.removeFirst().since()) / 1_000_000);
                    }
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        long p99Millis() {
            long[] all = new long[0];
            for (Long one = millis.poll(); one != null; one = millis.poll()) {
                all = Arrays.copyOf(all, all.length + 1);
                all[all.length - 1] = one;
            }
            Arrays.sort(all);
            return all.length == 0 ? -1 : all[all.length * 99 / 100];
        }
    }
}
