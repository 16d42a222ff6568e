package facteur.tracker.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tracker beside nginx's {@code empty_gif} with a buffered access log: one event loop against
 * one worker, asked by wrk in turns. The tracker unseals a different token in each request, and has
 * the hit in its journal. In the same process it folds what is in the journal into its views: that
 * is told apart, since nginx's log is read by nobody.
 */
@Tag("bench")
class TrackerBench {
    private static final int ROUNDS = 5;
    // Three quarters of a minute: until then the compilers take a tenth of what a request costs.
    private static final int WARMING = 11;
    private static final int SECONDS = 4;
    private static final int FOLDING = BenchedTracker.THREADS.indexOf("views");

    @TempDir private Path directory;

    private enum Load {
        PIXEL,
        REDIRECT,
        /** Readers open in another order than that in which mail was sent to them. */
        PIXEL_ANY_ORDER,
        REDIRECT_ANY_ORDER,
        CONNECTION_EACH,
        TLS_CONNECTION_EACH;

        boolean isRedirect() {
            return this == REDIRECT || this == REDIRECT_ANY_ORDER;
        }

        boolean isInOrder() {
            return this != PIXEL_ANY_ORDER && this != REDIRECT_ANY_ORDER;
        }

        boolean isTls() {
            return this == TLS_CONNECTION_EACH;
        }

        boolean closes() {
            return this == CONNECTION_EACH || isTls();
        }
    }

    /**
     * @param micros CPU time of the server for each request
     */
    private record Result(long requests, double perSecond, double micros, String p99) {}

    @Test
    void beside_nginx() throws Exception {
        BenchedTracker.certificate(directory);
        Files.writeString(
                directory.resolve("paths.lua"),
                """
                local requests = {}
                local at = 0
                function init(args)
                  for path in io.lines(args[1]) do
                    requests[#requests + 1] = wrk.format("GET", path)
                  end
                end
                function request()
                  at = at % #requests + 1
                  return requests[at]
                end
                """);
        BenchedPaths paths = new BenchedPaths(directory);
        try (Served tracker = tracker();
                Served nginx = nginx()) {
            for (Load load : loads()) {
                for (int round = 0; round < WARMING; round++) {
                    paths.next(load.isRedirect(), load.isInOrder());
                    ask(tracker, load, paths);
                }
                compare(load, tracker, nginx, paths);
            }
        }
    }

    private void compare(Load load, Served tracker, Served nginx, BenchedPaths paths)
            throws Exception {
        List<Double> processor = new ArrayList<>();
        List<Double> recording = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            paths.next(load.isRedirect(), load.isInOrder());
            Figures before = tracker.figures();
            Result ours = ask(tracker, load, paths);
            Figures after = tracker.figures();
            Result theirs = ask(nginx, load, paths);
            processor.add(ours.micros() / theirs.micros());
            double folding = after.micros(FOLDING, before, ours.requests());
            recording.add((ours.micros() - folding) / theirs.micros());
            rates.add(ours.perSecond() / theirs.perSecond());
            System.out.printf(
                    Locale.ROOT,
                    "%s: tracker %,.0f/s %.1f us (%s) p99 %s; nginx %,.0f/s %.1f us p99 %s; %d"
                            + " recorded, %d dropped, %d folded, visible after p99 %d ms%n",
                    load,
                    ours.perSecond(),
                    ours.micros(),
                    after.perRequest(before, ours.requests()),
                    ours.p99(),
                    theirs.perSecond(),
                    theirs.micros(),
                    theirs.p99(),
                    after.recorded() - before.recorded(),
                    after.dropped() - before.dropped(),
                    after.folded() - before.folded(),
                    after.visibleMillis());
        }
        System.out.printf(
                Locale.ROOT,
                "%s: tracker to nginx, medians: CPU %.2f with every hit durably recorded, %.2f with"
                        + " all of them folded into the views too, rate %.2f%n",
                load,
                median(recording),
                median(processor),
                median(rates));
    }

    private static List<Load> loads() {
        String wanted = System.getProperty("tracker.loads", "");
        return Stream.of(Load.values()).filter(load -> load.name().contains(wanted)).toList();
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    /**
     * What the tracker says of itself since its start.
     *
     * @param visibleMillis p99 since it was last asked
     * @param processorMillis of {@link BenchedTracker#THREADS}
     */
    private record Figures(
            long recorded,
            long dropped,
            long folded,
            long visibleMillis,
            List<Long> processorMillis) {
        static Figures parse(String line) {
            List<Long> all = Stream.of(line.split(" ")).map(Long::valueOf).toList();
            return new Figures(
                    all.get(0), all.get(1), all.get(2), all.get(3), all.subList(4, all.size()));
        }

        /** Microseconds of a thread for a request. */
        double micros(int thread, Figures before, long requests) {
            long millis = processorMillis.get(thread) - before.processorMillis.get(thread);
            return 1000.0 * millis / requests;
        }

        /** Microseconds of each thread for a request. */
        String perRequest(Figures before, long requests) {
            return IntStream.range(0, processorMillis.size())
                    .mapToObj(
                            i ->
                                    String.format(
                                            Locale.ROOT,
                                            "%s %.1f",
                                            BenchedTracker.THREADS.get(i),
                                            micros(i, before, requests)))
                    .collect(Collectors.joining(", "));
        }
    }

    private Result ask(Served server, Load load, BenchedPaths paths) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "wrk",
                                "-t1",
                                "-c64",
                                "-d" + SECONDS + "s",
                                "--latency",
                                "-s",
                                directory.resolve("paths.lua").toString(),
                                "-H",
                                "User-Agent: " + Ground.BROWSER));
        if (load.closes()) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.add(
                load.isTls()
                        ? "https://127.0.0.1:" + server.tlsPort
                        : "http://127.0.0.1:" + server.port);
        command.addAll(List.of("--", paths.file().toString()));
        Duration before = server.cpu();
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, wrk.waitFor(), said);
        server.settle();
        Duration spent = server.cpu().minus(before);
        long requests = Long.parseLong(found(said, "(\\d+) requests in"));
        return new Result(
                requests,
                Double.parseDouble(found(said, "Requests/sec: +([\\d.]+)")),
                spent.toNanos() / 1000.0 / requests,
                found(said, "99% +([\\d.a-z]+)"));
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    private Served tracker() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "@" + Path.of("..", ".build", "jvm.options").toRealPath()));
        command.addAll(
                Stream.of(System.getProperty("bench.jvm", "").split(" "))
                        .filter(option -> !option.isEmpty())
                        .toList());
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchedTracker.class.getName(),
                        directory.toString()));
        Served served = new Served(new ProcessBuilder(command), 0, 0);
        served.folds = true;
        System.out.println("tracker on " + served.line("transport "));
        served.port = Integer.parseInt(served.line("port "));
        served.tlsPort = Integer.parseInt(served.line("port "));
        return served;
    }

    private Served nginx() throws IOException {
        int port = freePort();
        int tlsPort = freePort();
        Path conf = directory.resolve("nginx.conf");
        Files.writeString(
                conf,
                """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                  access_log %1$s/access.log combined buffer=64k;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen 127.0.0.1:%2$d;
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/cert.pem;
                    ssl_certificate_key %1$s/key.pem;
                    ssl_protocols TLSv1.3;
                    location /o/ { empty_gif; }
                    location /c/ { return 302 https://shop.example/a?b=1; }
                  }
                }
                """
                        .formatted(directory, port, tlsPort));
        return new Served(
                new ProcessBuilder(
                        "/usr/sbin/nginx", "-p", directory.toString(), "-c", conf.toString()),
                port,
                tlsPort);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A server in its own process. */
    private static final class Served implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private boolean folds;
        private int port;
        private int tlsPort;

        Served(ProcessBuilder command, int port, int tlsPort) throws IOException {
            this.process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            this.out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            this.port = port;
            this.tlsPort = tlsPort;
        }

        /** What follows {@code prefix} on the next line that begins with it. */
        String line(String prefix) throws IOException {
            String line = out.readLine();
            while (line != null && !line.startsWith(prefix)) {
                line = out.readLine(); // what a logger says on standard output
            }
            if (line == null) {
                throw new IOException("the server ended");
            }
            return line.substring(prefix.length());
        }

        Figures figures() throws IOException {
            order("figures");
            return Figures.parse(line("figures "));
        }

        /** Waits until all that was asked for is paid: what is folded later costs as much. */
        void settle() throws IOException {
            if (folds) {
                order("settle");
                line("settled");
            }
        }

        private void order(String word) throws IOException {
            OutputStream in = process.getOutputStream();
            in.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
            in.flush();
        }

        /** Of the process and its workers. */
        Duration cpu() {
            return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .flatMap(handle -> handle.info().totalCpuDuration().stream())
                    .reduce(Duration.ZERO, Duration::plus);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
