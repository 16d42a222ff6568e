package facteur.testkit.smtp;

/** What a laboratory server does about STARTTLS (RFC 3207). */
public enum TlsMode {
    NONE,
    OFFERED,
    /** Offered, and then the handshake fails. */
    BROKEN_HANDSHAKE,
    /** MAIL is refused without it. */
    REQUIRED
}
