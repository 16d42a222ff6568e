package facteur.mail.outcome;

/** How far a delivery attempt had come when its evidence arose. */
public enum Stage {
    DNS,
    CONNECT,
    BANNER,
    EHLO,
    STARTTLS,
    MAIL,
    RCPT,
    DATA,
    /** The reply to the final dot: the message itself was judged. */
    DOT,
    /** A report that came back later (RFC 3464). */
    REPORT,
    /** Decided here, before any dialogue: expiry, content that the peer cannot take. */
    LOCAL
}
