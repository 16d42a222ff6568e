package facteur.mta.feedback;

import java.util.Locale;

/** What a returned mail is; of failure, delay and delivery the gravest comes first. */
public enum ReturnKind {
    /** Given up by some server on the way. */
    FAILURE,
    /** Still being tried: a warning. */
    DELAY,
    /** Delivered, relayed or expanded, as was asked for (RFC 3461 NOTIFY=SUCCESS). */
    DELIVERED,
    /** Out of office and its like (RFC 3834). */
    AUTO_REPLY,
    /** "Confirm that you are a person." */
    CHALLENGE,
    /** A message disposition notification (RFC 8098). */
    RECEIPT,
    /** A feedback report (RFC 5965); its type says whether the reader complained. */
    COMPLAINT,
    OTHER;

    /** The name used in JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
