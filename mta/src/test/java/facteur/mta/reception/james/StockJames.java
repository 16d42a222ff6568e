package facteur.mta.reception.james;

import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MessageHook;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** James' embeddable SMTP server as it comes, throwing every message away. */
public final class StockJames {
    private StockJames() {}

    /** Listens on a free port of loopback. */
    public static int listen() throws Exception {
        SMTPConfigurationImpl configuration =
                new SMTPConfigurationImpl() {
                    @Override
                    public boolean isRelayingAllowed(String remoteIp) {
                        return true;
                    }
                };
        NettyServer server =
                new NettyServer.Factory()
                        .protocol(
                                new SMTPProtocol(
                                        new SMTPProtocolHandlerChain(
                                                new NoMetrics(), new Discard()),
                                        configuration))
                        .build();
        server.setListenAddresses(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        server.bind();
        return server.getListenAddresses().getFirst().getPort();
    }

    private static final class Discard implements MessageHook {
        @Override
        public HookResult onMessage(SMTPSession session, MailEnvelope mail) {
            return HookResult.builder().hookReturnCode(HookReturnCode.ok()).build();
        }
    }
}
