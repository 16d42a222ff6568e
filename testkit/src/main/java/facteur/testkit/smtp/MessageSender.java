package facteur.testkit.smtp;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings one message to one recipient over a connection of its own: as plain an SMTP client as can
 * be.
 */
public final class MessageSender {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 60_000;
    private static final int MAX_REPLY_LINES = 100;
    private static final int MAX_REPLY_LINE = 2_048;

    private MessageSender() {}

    /**
     * Delivers a message.
     *
     * @param from the reverse path without brackets; empty for the null one
     * @param message with CRLF line ends, before dot-stuffing
     * @return the reply to the final dot, or the first refusal before it
     * @throws IOException when the connection fails or the server says something that is no reply
     */
    public static ServerReply deliver(
            InetSocketAddress server, String helo, String from, String to, byte[] message)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            SmtpInput in = new SmtpInput(socket.getInputStream());
            ServerReply reply = read(in);
            for (String command :
                    List.of(
                            "EHLO " + helo,
                            "MAIL FROM:<" + from + ">",
                            "RCPT TO:<" + to + ">",
                            "DATA")) {
                if (!reply.positive()) {
                    return reply;
                }
                reply = ask(in, out, command);
            }
            if (reply.code() != 354) {
                return reply;
            }
            out.write(stuffed(message));
            reply = ask(in, out, ".");
            ask(in, out, "QUIT");
            return reply;
        }
    }

    private static ServerReply ask(SmtpInput in, OutputStream out, String command)
            throws IOException {
        out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return read(in);
    }

    /** Reads one reply, however many lines it has. */
    static ServerReply read(SmtpInput in) throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < MAX_REPLY_LINES) {
            switch (in.readLine(MAX_REPLY_LINE)) {
                case SmtpInput.Line.Text text -> lines.add(text.text());
                case SmtpInput.Line.End _ ->
                        throw new EOFException(
                                "the server closed instead of replying; it said " + lines);
                case SmtpInput.Line.TooLong _ ->
                        throw new IOException(
                                "a reply line of more than " + MAX_REPLY_LINE + " bytes");
                case SmtpInput.Line.BareNewline bare ->
                        throw new IOException("a reply with a bare CR or LF: " + bare.text());
            }
            String last = lines.getLast();
            if (last.length() < 4 || last.charAt(3) != '-') {
                return parsed(lines);
            }
        }
        throw new IOException("a reply of more than " + MAX_REPLY_LINES + " lines");
    }

    private static ServerReply parsed(List<String> lines) throws IOException {
        try {
            return ServerReply.parse(String.join("\n", lines));
        } catch (IllegalArgumentException bad) {
            throw new IOException("the server's answer is no reply: " + lines, bad);
        }
    }

    /**
     * The message as it goes over the wire: dots doubled at line starts, a line end at its end;
     * without the final dot.
     */
    static byte[] stuffed(byte[] message) {
        var out = new ByteArrayOutputStream(message.length + 64);
        boolean lineStart = true;
        for (byte b : message) {
            if (lineStart && b == '.') {
                out.write('.');
            }
            out.write(b);
            lineStart = b == '\n';
        }
        if (!lineStart) {
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }
}
