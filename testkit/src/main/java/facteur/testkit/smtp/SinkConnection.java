package facteur.testkit.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a {@link CountingSink}. Written for speed: the end of a message is found with
 * one shift and one comparison per byte, only header fields are kept, and replies leave together
 * when all that came is worked off.
 */
final class SinkConnection {
    private static final int BUFFER = 8 << 10;
    private static final int MAX_HEADER = 16 << 10;
    private static final int MAX_RECIPIENTS = 1_000;
    private static final int IDLE_MILLIS = 300_000;
    private static final long FIVE_BYTES = 0xff_ffff_ffffL;
    private static final long FINAL_DOT = 0x0d_0a2e_0d0aL; // CRLF . CRLF
    private static final long EMPTY_LINE = 0x0d0a_0d0aL;
    private static final long LINE_START = 0x0d0aL;

    private static final byte[] BANNER = reply("220 sink.lab ESMTP");
    private static final byte[] HELLO =
            reply(
                    "250-sink.lab",
                    "250-PIPELINING",
                    "250-8BITMIME",
                    "250-SMTPUTF8",
                    "250 SIZE 1000000000");
    private static final byte[] HELLO_TLS =
            reply(
                    "250-sink.lab",
                    "250-PIPELINING",
                    "250-8BITMIME",
                    "250-SMTPUTF8",
                    "250-STARTTLS",
                    "250 SIZE 1000000000");
    private static final byte[] OK = reply("250 2.0.0 Ok");
    private static final byte[] GO_AHEAD = reply("354 Go ahead");
    private static final byte[] TAKEN = reply("250 2.0.0 Taken and forgotten");
    private static final byte[] BYE = reply("221 2.0.0 Bye");
    private static final byte[] READY_FOR_TLS = reply("220 2.0.0 Ready");
    private static final byte[] CROWDED = reply("421 4.7.0 Too many connections");
    private static final byte[] UNKNOWN = reply("502 5.5.1 Not here");
    private static final byte[] TOO_MANY = reply("452 4.5.3 Too many recipients");

    private final SinkOptions options;
    private final Counters counters;
    private final Optional<SSLContext> tls;
    private final Optional<SeenOnce> seen;
    private final LongAdder duplicates;
    private final Optional<SinkListener> listener;
    private final byte[] buffer = new byte[BUFFER];
    private final byte[] line = new byte[4 << 10];
    private byte[] header = new byte[1 << 10];
    private final byte[] replies = new byte[4 << 10];
    private final List<byte[]> recipients = new ArrayList<>(1);
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private int position;
    private int limit;
    private int replied;

    SinkConnection(
            Socket socket,
            SinkOptions options,
            Counters counters,
            Optional<SSLContext> tls,
            Optional<SeenOnce> seen,
            LongAdder duplicates,
            Optional<SinkListener> listener)
            throws IOException {
        this.socket = socket;
        this.options = options;
        this.counters = counters;
        this.tls = tls;
        this.seen = seen;
        this.duplicates = duplicates;
        this.listener = listener;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    private static byte[] reply(String... lines) {
        return (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    void run(boolean crowded) throws IOException {
        socket.setSoTimeout(IDLE_MILLIS);
        socket.setTcpNoDelay(true);
        say(crowded ? CROWDED : BANNER);
        boolean going = !crowded;
        while (going) {
            int length = readLine();
            going = length >= 0 && command(length);
        }
        flush();
    }

    private boolean command(int length) throws IOException {
        switch (verb(length)) {
            case "EHLO", "HELO" ->
                    say(tls.isPresent() && !(socket instanceof SSLSocket) ? HELLO_TLS : HELLO);
            case "MAIL", "RSET" -> {
                recipients.clear();
                say(OK);
            }
            case "RCPT" -> rcpt(length);
            case "DATA" -> {
                say(GO_AHEAD);
                content();
            }
            case "STAR" -> startTls();
            case "QUIT" -> {
                say(BYE);
                return false;
            }
            case "NOOP" -> say(OK);
            default -> say(UNKNOWN);
        }
        return true;
    }

    private String verb(int length) {
        for (int i = 0; i < Math.min(4, length); i++) {
            line[i] = (byte) Character.toUpperCase(line[i]);
        }
        return new String(line, 0, Math.min(4, length), StandardCharsets.ISO_8859_1);
    }

    private void rcpt(int length) throws IOException {
        if (recipients.size() == MAX_RECIPIENTS) {
            say(TOO_MANY);
            return;
        }
        int from = 0;
        while (from < length && line[from] != '<') {
            from++;
        }
        int to = from;
        while (to < length && line[to] != '>') {
            to++;
        }
        recipients.add(Arrays.copyOfRange(line, Math.min(from + 1, to), to));
        say(OK);
    }

    private void content() throws IOException {
        long size = 0;
        int headerLength = 0;
        boolean inHeader = seen.isPresent() || listener.isPresent();
        long window = LINE_START;
        while (window != FINAL_DOT) {
            fillIfEmpty();
            int start = position;
            while (position < limit && window != FINAL_DOT) {
                int b = buffer[position++] & 0xff;
                window = ((window << 8) | b) & FIVE_BYTES;
                if (inHeader) {
                    headerLength = keep(headerLength, b);
                    inHeader = (window & 0xffff_ffffL) != EMPTY_LINE && headerLength < MAX_HEADER;
                }
            }
            size += position - start;
        }
        count(size - 3, headerLength);
        say(TAKEN);
    }

    private int keep(int length, int b) {
        if (length == header.length) {
            header = Arrays.copyOf(header, Math.min(MAX_HEADER, 2 * length));
        }
        header[length] = (byte) b;
        return length + 1;
    }

    private void count(long size, int headerLength) {
        counters.messages.increment();
        counters.recipients.add(recipients.size());
        counters.bytes.add(size);
        if (headerLength > 0) {
            byte[] fields = Arrays.copyOf(header, headerLength);
            String id =
                    Headers.first(fields, "X-Lab-Id")
                            .or(() -> Headers.first(fields, "Message-ID"))
                            .orElse("");
            seen.filter(_ -> !id.isEmpty())
                    .ifPresent(set -> watch(set, id.getBytes(StandardCharsets.UTF_8)));
            listener.ifPresent(
                    l ->
                            l.took(
                                    id,
                                    recipients.stream()
                                            .map(r -> new String(r, StandardCharsets.UTF_8))
                                            .toList()));
        }
        recipients.clear();
    }

    private void watch(SeenOnce set, byte[] id) {
        long hash = SeenOnce.hash(0, id, 0, id.length);
        for (byte[] recipient : recipients) {
            if (set.seenBefore(SeenOnce.hash(hash, recipient, 0, recipient.length))) {
                duplicates.increment();
            }
        }
    }

    private void startTls() throws IOException {
        if (tls.isEmpty() || socket instanceof SSLSocket) {
            say(UNKNOWN);
            return;
        }
        say(READY_FOR_TLS);
        flush();
        SSLSocket secured =
                (SSLSocket)
                        tls.get()
                                .getSocketFactory()
                                .createSocket(
                                        socket,
                                        socket.getInetAddress().getHostAddress(),
                                        socket.getPort(),
                                        true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        counters.tls.increment();
        socket = secured;
        in = secured.getInputStream();
        out = secured.getOutputStream();
        position = limit;
    }

    /**
     * Reads up to a line feed; what is longer than the buffer for it is cut. Gives the length
     * without the line end, or -1.
     */
    private int readLine() throws IOException {
        int length = 0;
        while (true) {
            if (position == limit && !fill()) {
                return -1;
            }
            byte b = buffer[position++];
            if (b == '\n') {
                return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
            }
            if (length < line.length) {
                line[length++] = b;
            }
        }
    }

    private void fillIfEmpty() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("the connection ended in the middle of a message");
        }
    }

    private boolean fill() throws IOException {
        flush();
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private void say(byte[] reply) throws IOException {
        if (replied + reply.length > replies.length) {
            flush();
        }
        System.arraycopy(reply, 0, replies, replied, reply.length);
        replied += reply.length;
    }

    private void flush() throws IOException {
        if (replied == 0) {
            return;
        }
        if (options.latency().isPositive()) {
            pause();
        }
        out.write(replies, 0, replied);
        out.flush();
        replied = 0;
    }

    private void pause() throws InterruptedIOException {
        try {
            Thread.sleep(options.latency());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while holding replies back");
        }
    }
}
