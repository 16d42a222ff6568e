package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One end of an SMTP connection held by a test: sends exactly the bytes it is told to, and says
 * what came when something else was expected. Not thread-safe.
 */
public final class SmtpTalk implements AutoCloseable {
    private static final int MAX_LINE = 64 << 10;

    private Socket socket;
    private SmtpInput in;
    private OutputStream out;

    SmtpTalk(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        in = new SmtpInput(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Connects with a patience of 10 s for each answer. */
    public static SmtpTalk connect(InetSocketAddress server) throws IOException {
        return connect(server, Duration.ofSeconds(10));
    }

    /**
     * Connects as a client.
     *
     * @param patience how long to wait for each answer
     */
    public static SmtpTalk connect(InetSocketAddress server, Duration patience) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server, Math.toIntExact(patience.toMillis()));
            return new SmtpTalk(socket, patience);
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Connects by TLS from the first byte on, trusting any certificate (RFC 8314). */
    public static SmtpTalk connectTls(InetSocketAddress server) throws IOException {
        SmtpTalk talk = connect(server);
        talk.secure(LabCertificate.trustingContext(), true);
        return talk;
    }

    /** Sends lines, each with CRLF, in one write. */
    public SmtpTalk send(String... lines) throws IOException {
        return sendRaw(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends text as it is, in UTF-8. */
    public SmtpTalk sendRaw(String text) throws IOException {
        return sendRaw(text.getBytes(StandardCharsets.UTF_8));
    }

    public SmtpTalk sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends a message with its dots doubled, and the final dot. */
    public SmtpTalk sendMessage(byte[] message) throws IOException {
        sendRaw(MessageSender.stuffed(message));
        return send(".");
    }

    /** Reads one reply. */
    public ServerReply read() throws IOException {
        return MessageSender.read(in);
    }

    /**
     * Reads one reply that must have this code.
     *
     * @throws AssertionError when it has another
     */
    public ServerReply expect(int code) throws IOException {
        ServerReply reply = read();
        if (reply.code() != code) {
            throw new AssertionError("expected " + code + " but the server said: " + reply);
        }
        return reply;
    }

    /** Reads one reply for each code, in order. */
    public SmtpTalk expectAll(int... codes) throws IOException {
        for (int code : codes) {
            expect(code);
        }
        return this;
    }

    /** Sends one line and reads the reply to it. */
    public ServerReply ask(String line, int code) throws IOException {
        return send(line).expect(code);
    }

    /** Reads the banner and says EHLO; gives the reply to it. */
    public ServerReply greet(String helo) throws IOException {
        expect(220);
        return ask("EHLO " + helo, 250);
    }

    /** Says AUTH PLAIN (RFC 4616) and reads the reply, of whatever code. */
    public ServerReply login(String user, String password) throws IOException {
        byte[] plain = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return send("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain)).read();
    }

    /**
     * Does a whole plain transaction after {@link #greet}, and gives the reply to the final dot.
     */
    public ServerReply deliver(String from, String to, String message) throws IOException {
        ask("MAIL FROM:<" + from + ">", 250);
        ask("RCPT TO:<" + to + ">", 250);
        ask("DATA", 354);
        sendMessage(message.getBytes(StandardCharsets.UTF_8));
        return read();
    }

    /** As a server: reads one line of the client. */
    public String readLine() throws IOException {
        return switch (in.readLine(MAX_LINE)) {
            case SmtpInput.Line.Text text -> text.text();
            case SmtpInput.Line.End _ ->
                    throw new AssertionError("expected a line but the other side closed");
            case SmtpInput.Line.TooLong _ ->
                    throw new AssertionError("a line of more than " + MAX_LINE + " bytes");
            case SmtpInput.Line.BareNewline bare ->
                    throw new AssertionError("a bare CR or LF in: " + bare.text());
        };
    }

    /** As a server: reads a message up to its final dot, with the doubled dots taken out. */
    public byte[] readMessage() throws IOException {
        SmtpInput.Content content = in.readContent(Integer.MAX_VALUE >> 3);
        if (content.bareNewlines()) {
            throw new AssertionError("a bare CR or LF in the message");
        }
        return content.kept();
    }

    /** As a server: reads the chunk that a BDAT named. */
    public byte[] readChunk(int size) throws IOException {
        return in.readExactly(size, size);
    }

    /** Whether the other side closes, orderly or not, without saying anything more. */
    public boolean closedByPeer() throws IOException {
        try {
            return in.next() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Whether nothing comes within a time; what comes would be lost. */
    public boolean silentFor(Duration time) throws IOException {
        int before = socket.getSoTimeout();
        socket.setSoTimeout(Math.toIntExact(time.toMillis()));
        try {
            in.next();
            return false;
        } catch (SocketTimeoutException silent) {
            socket.setSoTimeout(before);
            return true;
        }
    }

    /** As a client: says STARTTLS, and goes on by TLS, trusting any certificate. */
    public SmtpTalk startTls() throws IOException {
        ask("STARTTLS", 220);
        return beginTls();
    }

    /** As a client: goes on by TLS, trusting any certificate, after 220 was read. */
    public SmtpTalk beginTls() throws IOException {
        secure(LabCertificate.trustingContext(), true);
        return this;
    }

    /** As a server: goes on by TLS, after 220 was said. */
    public SmtpTalk acceptTls(LabCertificate certificate) throws IOException {
        secure(certificate.serverContext(), false);
        return this;
    }

    private void secure(SSLContext context, boolean client) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        secured.setUseClientMode(client);
        secured.startHandshake();
        socket = secured;
        in = new SmtpInput(secured.getInputStream());
        out = secured.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
