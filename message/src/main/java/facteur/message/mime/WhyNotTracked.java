package facteur.message.mime;

import java.util.Locale;

/** Why a copy is sent with its body as it came. */
public enum WhyNotTracked {
    /** Not asked for: by the server's mode, a header field or the contact. */
    OFF,
    /** There is no HTML part to put anything into. */
    NO_HTML,
    /** Nothing in the HTML may be rewritten, and no pixel is wanted or has a place. */
    NOTHING_TO_TRACK,
    /** S/MIME, PGP/MIME or inline PGP: a change would break the signature. */
    SIGNED,
    /** S/MIME, PGP/MIME or inline PGP. */
    ENCRYPTED,
    /** Signed by a domain, or sealed by a forwarder, that is not ours to sign for. */
    FOREIGN_SIGNATURE,
    /** A report to a mail server (RFC 6522). */
    REPORT,
    /** The MIME structure leaves a doubt. */
    MALFORMED,
    /** The HTML leaves a doubt about what is markup. */
    ODD_HTML,
    /** More HTML, more parts or deeper nesting than we handle. */
    TOO_LARGE,
    TOO_MANY_LINKS,
    /** Unknown, or one whose markup is not ASCII. */
    CHARSET,
    /** A transfer encoding that is unknown or broken. */
    ENCODING;

    /** As stored, and as the key of the words shown to people. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
