package facteur.mta.reception.james;

import facteur.mta.reception.Talk;

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
 * What James' session asks of the connection. Replies do not pass here: {@link Session#line} sends
 * what a handler returns.
 */
final class Transport implements ProtocolTransport {
    private final Client client;
    private final Talk talk;
    private final String id = UUID.randomUUID().toString();
    private @Nullable Session session;

    Transport(Client client, Talk talk) {
        this.client = client;
        this.talk = talk;
    }

    void serves(Session itsSession) {
        session = itsSession;
    }

    private Session session() {
        return Objects.requireNonNull(session, "a transport serves a session");
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return client.remote();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return client.local();
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public boolean isTLSStarted() {
        return talk.isTls();
    }

    @Override
    public boolean isStartTLSSupported() {
        return client.canStartTls();
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
