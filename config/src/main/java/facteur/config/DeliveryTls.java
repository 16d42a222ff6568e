package facteur.config;

/** What delivery does about STARTTLS. */
public enum DeliveryTls {
    /** Used where offered; where the handshake fails, plain text once and remembered. */
    OPPORTUNISTIC,
    /** Without TLS there is no delivery. */
    REQUIRED,
    /** Never tried. */
    NONE
}
