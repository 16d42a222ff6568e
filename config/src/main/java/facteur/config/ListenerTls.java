package facteur.config;

/** How a listener comes to TLS. */
public enum ListenerTls {
    NONE,
    /** RFC 3207. */
    STARTTLS,
    /** From the first octet on (RFC 8314 3.3). */
    IMPLICIT
}
