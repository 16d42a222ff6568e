package facteur.testkit.smtp;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Carries out for one connection what its {@link ProviderDialogue} decides. Owned by one virtual
 * thread.
 */
final class ProviderConnection {
    /** RFC 5321 4.5.3.1.4 asks for 512, SMTPUTF8 and DSN parameters for more. */
    private static final int MAX_COMMAND_LINE = 4_096;

    private static final int IDLE_MILLIS = 300_000;
    private static final int LINGER_MILLIS = 500;
    private static final int MAX_KEPT = 256 << 20;

    /** What is kept of a message whose body is not wanted: enough for its header fields. */
    private static final int HEADER_ONLY = 16 << 10;

    private final ProviderOptions options;
    private final ProviderDialogue dialogue;
    private final Counters counters;
    private final SSLContext tls;
    private final InstantSource clock;
    private final Consumer<TakenMessage> taken;
    private final Consumer<ServerAct.Return> returns;
    private Socket socket;
    private SmtpInput in;
    private OutputStream out;

    ProviderConnection(
            Socket socket,
            ProviderOptions options,
            ProviderDialogue dialogue,
            Counters counters,
            SSLContext tls,
            InstantSource clock,
            Consumer<TakenMessage> taken,
            Consumer<ServerAct.Return> returns)
            throws IOException {
        this.options = options;
        this.dialogue = dialogue;
        this.counters = counters;
        this.tls = tls;
        this.clock = clock;
        this.taken = taken;
        this.returns = returns;
        this.socket = socket;
        this.in = new SmtpInput(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), 4096);
    }

    /** Talks until one side is done; the caller closes the socket. */
    void run(boolean crowded) throws IOException {
        socket.setSoTimeout(IDLE_MILLIS);
        socket.setTcpNoDelay(true);
        sleep(options.delays().banner());
        boolean spokeFirst = socket.getInputStream().available() > 0;
        List<ServerAct> acts = dialogue.connected(crowded, spokeFirst, clock.instant());
        while (perform(acts)) {
            if (!in.hasBuffered()) {
                out.flush();
            }
            SmtpInput.Line line = in.readLine(MAX_COMMAND_LINE);
            acts = dialogue.on(line, in.hasBuffered(), clock.instant());
        }
    }

    private boolean perform(List<ServerAct> first) throws IOException {
        Deque<ServerAct> todo = new ArrayDeque<>(first);
        boolean said = false;
        while (!todo.isEmpty()) {
            ServerAct serverAct = todo.removeFirst();
            switch (serverAct) {
                case ServerAct.Say say -> say(say.reply());
                case ServerAct.BeginTls _ -> beginTls();
                case ServerAct.ReadContent _ -> {
                    out.flush();
                    todo.addAll(dialogue.content(in.readContent(keep()), clock.instant()));
                }
                case ServerAct.ReadChunk chunk -> {
                    byte[] kept = in.readExactly(chunk.size(), keep());
                    todo.addAll(
                            dialogue.chunk(
                                    kept,
                                    new ClientCommand.Bdat(chunk.size(), chunk.last()),
                                    clock.instant()));
                }
                case ServerAct.CutContent _ -> {
                    out.flush();
                    in.next();
                    return false;
                }
                case ServerAct.Take take -> taken.accept(take.taken());
                case ServerAct.Return back -> returns.accept(back);
                case ServerAct.Blame _ -> counters.blamed.increment();
                case ServerAct.Hang hang -> hang(hang.time());
                case ServerAct.Close _ -> {
                    if (said) {
                        partInPeace();
                    }
                    return false;
                }
            }
            said = serverAct instanceof ServerAct.Say;
        }
        return true;
    }

    private int keep() {
        if (!options.keeping().bodies()) {
            return HEADER_ONLY;
        }
        long limit = options.limits().sizeBytes();
        return limit > 0 ? (int) Math.min(limit, MAX_KEPT) : MAX_KEPT;
    }

    private void say(ServerReply reply) throws IOException {
        if (options.delays().reply().isPositive()) {
            out.flush();
            sleep(options.delays().reply());
        }
        counters.refused(reply.code());
        out.write((options.severalLines() ? reply.spreadOut() : reply).wire());
    }

    private void beginTls() throws IOException {
        out.flush();
        if (options.tls() == TlsMode.BROKEN_HANDSHAKE) {
            in.next();
            out.write("500 This is not TLS\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            throw new IOException("the TLS handshake was broken on purpose");
        }
        SSLSocket secured =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(
                                        socket,
                                        socket.getInetAddress().getHostAddress(),
                                        socket.getPort(),
                                        true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        socket = secured;
        in = new SmtpInput(secured.getInputStream());
        out = new BufferedOutputStream(secured.getOutputStream(), 4096);
        counters.tls.increment();
        dialogue.tlsEstablished();
    }

    /** Says nothing until the time is over or the client gives up. */
    private void hang(Duration time) throws IOException {
        out.flush();
        drain(time.toNanos(), Long.MAX_VALUE);
    }

    /**
     * Closes so that the last reply arrives: bytes left unread would turn the close into a reset
     * that overtakes it.
     */
    private void partInPeace() throws IOException {
        out.flush();
        socket.shutdownOutput();
        drain(Duration.ofMillis(LINGER_MILLIS).toNanos(), 1 << 20);
    }

    private void drain(long nanos, long maxBytes) throws IOException {
        long deadline = System.nanoTime() + nanos;
        try {
            for (long bytes = 0; bytes < maxBytes; bytes++) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                socket.setSoTimeout(Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
                if (in.next() < 0) {
                    return;
                }
            }
        } catch (SocketTimeoutException timeIsOver) {
            return; // as wanted: the client said nothing all the while
        }
    }

    private static void sleep(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting " + time);
        }
    }
}
