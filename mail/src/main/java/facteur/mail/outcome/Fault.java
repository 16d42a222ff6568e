package facteur.mail.outcome;

/** What went wrong when no reply came. */
public enum Fault {
    DNS_FAILURE,
    /** The DNS has said so several times over some while: it is believed. */
    NO_SUCH_DOMAIN,
    NULL_MX,
    NO_ADDRESS,
    /** Every address of the destination is one we must not connect to. */
    FORBIDDEN_ADDRESS,
    LOOP,
    CONNECTION_REFUSED,
    CONNECTION_TIMEOUT,
    CONNECTION_LOST,
    REPLY_TIMEOUT,
    TLS_FAILURE,
    PROTOCOL_ERROR,
    /** The peer lacks an extension that this message needs. */
    EXTENSION_MISSING,
    EXPIRED,
    /** The peer said beforehand that it takes no message of this size (RFC 1870). */
    TOO_LARGE_FOR_PEER,
    /** A report says so in words of its own, without a reply. */
    REPORTED,
    /** We failed to make the copy that was to leave. */
    RENDERING_FAILED,
    /** The journal does not have the message any more, although it is owed. */
    MESSAGE_LOST,
    /** The DNS says that the domain does not exist; it is asked again before that is believed. */
    DOMAIN_NOT_FOUND,
    /** It waits for a site that is down or suspended; no attempt was made. */
    NOT_TRIED,
    /**
     * We cannot begin a connection: the source address is not ours, or ports or files are used up.
     */
    NO_SOCKET
}
