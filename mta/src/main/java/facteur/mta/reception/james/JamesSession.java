package facteur.mta.reception.james;

import facteur.mta.reception.SmtpSession;
import facteur.mta.smtpd.SmtpConnection;

import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.StartTlsResponse;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.SMTPSessionImpl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A client's session: a stack of line handlers, of which the lowest dispatches commands. */
final class JamesSession extends SMTPSessionImpl {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int MISTAKES = 20;

    private final SmtpConnection connection;
    private final SmtpSession smtpSession;
    private final Runnable content;
    private final Deque<LineHandler<SMTPSession>> handlers = new ArrayDeque<>();

    JamesSession(
            JamesTransport jamesTransport,
            SMTPConfiguration configuration,
            SequencedDispatcher sequencedDispatcher,
            SmtpConnection connection,
            SmtpSession smtpSession,
            Runnable content) {
        super(jamesTransport, configuration);
        this.connection = connection;
        this.smtpSession = smtpSession;
        this.content = content;
        this.handlers.push(sequencedDispatcher);
        jamesTransport.serves(this);
    }

    static JamesSession of(SMTPSession session) {
        return (JamesSession) session;
    }

    SmtpConnection client() {
        return connection;
    }

    SmtpSession talk() {
        return smtpSession;
    }

    void push(LineHandler<SMTPSession> handler) {
        handlers.push(handler);
    }

    void pop() {
        if (handlers.size() > 1) {
            handlers.pop();
        }
    }

    /** Takes a line without its CRLF, and answers it. */
    void line(byte[] line) {
        if (smtpSession.isTalkative()) {
            connection.reply(List.of("421 4.7.0 too many commands before a login"));
            connection.close();
            return;
        }
        byte[] whole = Arrays.copyOf(line, line.length + CRLF.length);
        System.arraycopy(CRLF, 0, whole, line.length, CRLF.length);
        answer(handlers.element().onLine(this, whole));
    }

    private void answer(Response response) {
        if (response instanceof DeferredResponse(var known)) {
            connection.await(known, () -> answer(known.join().get()));
            return;
        }
        connection.reply(lines(response));
        if (response instanceof StartTlsResponse) {
            connection.startTls();
        } else if (response.getRetCode().equals("354")) {
            content.run();
        }
        if (response.isEndSession()) {
            connection.close();
        }
    }

    private static List<String> lines(Response response) {
        List<String> lines = new ArrayList<>();
        for (CharSequence line : response.getLines()) {
            lines.add(printable(line.toString()));
        }
        return lines;
    }

    /** What a client sent must not come back as a control character, or as a second line. */
    private static String printable(String line) {
        StringBuilder clean = new StringBuilder(line.length());
        line.chars().map(c -> c < ' ' || c == 0x7f ? '?' : c).forEach(c -> clean.append((char) c));
        return clean.toString();
    }

    /** Whether the client has sent so many unknown commands that it is no mail client. */
    boolean isHopeless() {
        return smtpSession.mistaken() > MISTAKES;
    }

    /** A line of the client as an operator may see it: without secrets. */
    String shown(byte[] line) {
        return smtpSession.shown(utf8(line), handlers.size() > 1);
    }

    static String utf8(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }
}
