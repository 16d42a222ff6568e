package facteur.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A receiver in real time that refuses eight recipients of a hundred in ordinary ways, and
 * remembers when each good one arrived. Which recipient meets which answer is told by the number in
 * its local part ({@code user17@...}), so every sender meets the same.
 */
public final class NoisySink implements AutoCloseable {
    private static final int OF = 100;
    private static final List<String> ANSWERS =
            List.of(
                    "450 4.2.1 mailbox temporarily unavailable",
                    "451 4.3.0 temporary lookup failure",
                    "452 4.2.2 mailbox full",
                    "421 4.3.2 closing",
                    "451 4.7.1 greylisted, try again later",
                    "",
                    "550 5.1.1 no such user",
                    "450 4.2.0 try again later");
    private static final String GREYLISTED = "greylisted";

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Long> arrived = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private NoisySink(InetSocketAddress at) throws IOException {
        server = new ServerSocket();
        server.bind(at, 1000);
        threads.execute(this::accept);
    }

    /** Listens on an address of the machine; port 0 takes a free one. */
    public static NoisySink start(InetSocketAddress at) throws IOException {
        return new NoisySink(at);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Whether the recipient of a message with this number is never refused. */
    public static boolean isGood(long number) {
        return number % OF >= ANSWERS.size();
    }

    /** When good recipients arrived, by {@link System#nanoTime}, the earliest first. */
    public List<Long> arrivals() {
        return arrived.values().stream().sorted().toList();
    }

    public long connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = new BufferedOutputStream(socket.getOutputStream())) {
            say(out, in, "220 noise.lab ESMTP");
            List<String> recipients = new ArrayList<>();
            for (Optional<String> next = line(in); next.isPresent(); next = line(in)) {
                String line = next.get();
                String verb =
                        line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> say(out, in, "250-noise.lab\r\n250-PIPELINING\r\n250 8BITMIME");
                    case "RCPT" -> {
                        String answer = answer(line);
                        if (answer.isEmpty()) {
                            return;
                        }
                        if (answer.startsWith("250")) {
                            recipients.add(line);
                        }
                        say(out, in, answer);
                        if (answer.startsWith("421")) {
                            out.flush();
                            return;
                        }
                    }
                    case "DATA" -> {
                        if (recipients.isEmpty()) {
                            say(out, in, "554 5.5.1 no valid recipients");
                        } else {
                            say(out, in, "354 go ahead");
                            out.flush();
                            content(in);
                            recipients.forEach(this::take);
                            recipients.clear();
                            say(out, in, "250 2.0.0 taken");
                        }
                    }
                    case "MAIL", "RSET" -> {
                        recipients.clear();
                        say(out, in, "250 2.0.0 OK");
                    }
                    case "QUIT" -> {
                        say(out, in, "221 2.0.0 Bye");
                        out.flush();
                        return;
                    }
                    default -> say(out, in, "250 2.0.0 OK");
                }
            }
        } catch (IOException e) {
            // The client is gone; what it had is not taken.
        } finally {
            open.remove(socket);
        }
    }

    private String answer(String rcpt) {
        long number = number(rcpt);
        if (isGood(number)) {
            return "250 2.1.5 OK";
        }
        String refusal = ANSWERS.get((int) (number % OF));
        boolean again = !seen.add(rcpt);
        return again && refusal.contains(GREYLISTED) ? "250 2.1.5 OK" : refusal;
    }

    private static long number(String rcpt) {
        long number = 0;
        for (int i = rcpt.indexOf('<') + 1; i < rcpt.indexOf('@'); i++) {
            char c = rcpt.charAt(i);
            number = Character.isDigit(c) ? number * 10 + (c - '0') : number;
        }
        return number;
    }

    private void take(String rcpt) {
        if (isGood(number(rcpt))) {
            arrived.putIfAbsent(rcpt, System.nanoTime());
        }
    }

    /** Replies to what came together leave together. */
    private static void say(OutputStream out, InputStream in, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        if (in.available() == 0) {
            out.flush();
        }
    }

    private static Optional<String> line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return Optional.of(line.toString());
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return Optional.empty();
    }

    private static void content(InputStream in) throws IOException {
        for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
            if (line.get().equals(".")) {
                return;
            }
        }
        throw new IOException("the content ended before its dot");
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
