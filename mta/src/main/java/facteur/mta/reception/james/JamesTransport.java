package facteur.mta.reception.james;

import facteur.mta.reception.SmtpSession;
import facteur.mta.smtpd.SmtpConnection;

import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import javax.net.ssl.SSLSession;

/**
 * What James' session asks of the connection. Replies do not pass here: {@link JamesSession#line}
 * sends what a handler returns.
 */
final class JamesTransport implements ProtocolTransport {
    private final SmtpConnection connection;
    private final SmtpSession smtpSession;
    private final String id = UUID.randomUUID().toString();
    private @Nullable JamesSession jamesSession;

    JamesTransport(SmtpConnection connection, SmtpSession smtpSession) {
        this.connection = connection;
        this.smtpSession = smtpSession;
    }

    void serves(JamesSession itsSession) {
        jamesSession = itsSession;
    }

    private JamesSession session() {
        return Objects.requireNonNull(jamesSession, "a transport serves a session");
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return connection.remote();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return connection.local();
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public boolean isTLSStarted() {
        return smtpSession.isTls();
    }

    @Override
    public boolean isStartTLSSupported() {
        return connection.canStartTls();
    }

    @Override
    public Optional<SSLSession> getSSLSession() {
        return Optional.empty();
    }

    @Override
    public boolean isProxyRequired() {
        return false;
    }

    @Override
    public void writeResponse(Response response, ProtocolSession itsSession) {
        throw new UnsupportedOperationException("replies are what handlers return");
    }

    @Override
    public void popLineHandler() {
        session().pop();
    }

    @Override
    @SuppressWarnings("unchecked") // Only SMTP handlers are wired.
    public void pushLineHandler(
            LineHandler<? extends ProtocolSession> handler, ProtocolSession itsSession) {
        session().push((LineHandler<SMTPSession>) handler);
    }

    @Override
    public void setReadable(boolean readable) {
        throw new UnsupportedOperationException("the framer decides when to read");
    }

    @Override
    public boolean isReadable() {
        return true;
    }
}
