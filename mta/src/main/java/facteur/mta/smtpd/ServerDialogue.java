package facteur.mta.smtpd;

import java.net.InetAddress;

/**
 * What a server answers to one client: SMTP without sockets or timers. It speaks through the {@link
 * SmtpConnection} that it was made for, and is owned by the event loop of it.
 */
public interface ServerDialogue extends Framer.Content {
    /**
     * How a client came.
     *
     * @param client its address; the one that a proxy of ours gave
     * @param tls whether TLS was there from the first octet
     * @param proxied whether a proxy stands between, which vouches for no client
     */
    record Arrival(InetAddress client, boolean tls, boolean proxied) {}

    /** Makes the dialogue with each client of a service. */
    interface Factory {
        ServerDialogue begin(SmtpConnection connection, Arrival arrival);
    }

    /** The banner; sent when the client may come in. */
    String greeting();

    /** The client was let in, and is greeted next. */
    void admitted();

    /** Answers a command line, which comes without its CRLF. */
    void line(byte[] line);

    /** A line of the client as an operator may see it: without secrets. */
    String shown(byte[] line);

    /** The handshake after STARTTLS succeeded: what was said before is forgotten (RFC 3207 4.2). */
    void tlsStarted();

    /** The client is gone. */
    void closed();
}
