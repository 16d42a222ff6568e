package facteur.testkit.smtp;

import facteur.testkit.tls.LabCertificate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

import javax.net.ssl.SSLSocket;

/** One connection of a {@link LoadSource}. */
final class LoadConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadConnection.class);
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final byte[] FINAL_DOT = {'.', '\r', '\n'};

    /** The message was sent whole, and then the connection broke. */
    static final class Uncertain extends IOException {
        private static final long serialVersionUID = 1;

        Uncertain(IOException cause) {
            super("no reply to the final dot", cause);
        }
    }

    /**
     * The reply to the final dot, or the refusal that ended it earlier; and the recipients that
     * were accepted.
     */
    record Outcome(ServerReply reply, List<String> accepted) {}

    private final boolean pipelining;
    private Socket socket;
    private SmtpInput in;
    private OutputStream out;

    private LoadConnection(Socket socket, boolean pipelining) throws IOException {
        this.socket = socket;
        this.pipelining = pipelining;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new SmtpInput(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream(), 16 << 10);
    }

    /** Connects, and does what comes before the first message. */
    static LoadConnection open(LoadOptions options) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(options.server(), TIMEOUT_MILLIS);
            LoadConnection connection = new LoadConnection(socket, options.pipelining());
            connection.begin(options);
            return connection;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private void begin(LoadOptions options) throws IOException {
        expect(MessageSender.read(in), 220);
        expect(ask("EHLO source.lab"), 250);
        if (options.startTls()) {
            expect(ask("STARTTLS"), 220);
            secure();
            expect(ask("EHLO source.lab"), 250);
        }
        if (options.login().isPresent()) {
            LoadOptions.Login login = options.login().get();
            byte[] plain =
                    ("\0" + login.user() + "\0" + login.password())
                            .getBytes(StandardCharsets.UTF_8);
            expect(ask("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain)), 235);
        }
    }

    private void secure() throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        LabCertificate.trustingContext()
                                .getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        secured.setUseClientMode(true);
        secured.startHandshake();
        socket = secured;
        in = new SmtpInput(secured.getInputStream());
        out = new BufferedOutputStream(secured.getOutputStream(), 16 << 10);
    }

    /**
     * Does one transaction.
     *
     * @throws Uncertain when the connection breaks after the final dot
     */
    Outcome send(String from, List<String> recipients, byte[] header, byte[] body)
            throws IOException {
        List<String> commands = new ArrayList<>(recipients.size() + 2);
        commands.add("MAIL FROM:<" + from + ">");
        recipients.forEach(r -> commands.add("RCPT TO:<" + r + ">"));
        commands.add("DATA");
        List<ServerReply> replies = pipelining ? together(commands) : oneByOne(commands);
        ServerReply last = replies.getLast();
        if (last.code() == 354) {
            return new Outcome(content(header, body), accepted(recipients, replies));
        }
        ServerReply refusal = replies.stream().filter(r -> !r.positive()).findFirst().orElse(last);
        if (refusal.code() != 421) {
            ask("RSET");
        }
        return new Outcome(refusal, List.of());
    }

    private static List<String> accepted(List<String> recipients, List<ServerReply> replies) {
        return IntStream.range(0, recipients.size())
                .filter(i -> replies.get(i + 1).positive())
                .mapToObj(recipients::get)
                .toList();
    }

    private List<ServerReply> together(List<String> commands) throws IOException {
        for (String command : commands) {
            write(command);
        }
        out.flush();
        List<ServerReply> replies = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            ServerReply reply = MessageSender.read(in);
            replies.add(reply);
            if (reply.code() == 421) {
                break;
            }
        }
        return replies;
    }

    private List<ServerReply> oneByOne(List<String> commands) throws IOException {
        List<ServerReply> replies = new ArrayList<>(commands.size());
        for (String command : commands) {
            ServerReply reply = ask(command);
            replies.add(reply);
            if (reply.code() == 421 || (!reply.positive() && !command.startsWith("RCPT"))) {
                break;
            }
        }
        return replies;
    }

    private ServerReply content(byte[] header, byte[] body) throws IOException {
        out.write(header);
        out.write(body);
        try {
            // From here on the server may have the whole message, whatever happens to us.
            out.write(FINAL_DOT);
            out.flush();
            return MessageSender.read(in);
        } catch (IOException broken) {
            throw new Uncertain(broken);
        }
    }

    /** Takes leave; whether the server answers changes nothing for the messages it has answered. */
    void quit() {
        try {
            ask("QUIT");
        } catch (IOException gone) {
            LOG.trace("load: no answer to QUIT", gone);
        }
    }

    private ServerReply ask(String command) throws IOException {
        write(command);
        out.flush();
        return MessageSender.read(in);
    }

    private void write(String command) throws IOException {
        out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void expect(ServerReply reply, int code) throws IOException {
        if (reply.code() != code) {
            throw new IOException("expected " + code + " but the server said: " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
