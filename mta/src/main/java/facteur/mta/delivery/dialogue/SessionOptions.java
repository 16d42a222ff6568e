package facteur.mta.delivery.dialogue;

/**
 * How to talk to a host.
 *
 * @param ehlo our name
 * @param site the destination that the host belongs to, for those who watch the talk
 * @param helo whether to say HELO at once: the host hangs up on EHLO
 */
public record SessionOptions(String ehlo, Tls tls, String site, boolean helo) {
    public SessionOptions(String ehlo, Tls tls, String site) {
        this(ehlo, tls, site, false);
    }

    /** What to do about STARTTLS. */
    public enum Tls {
        NEVER,
        /** Use it when it is offered. */
        OFFERED,
        /** Use it when it is offered; the host is known to do it, so a refusal is a failure. */
        EXPECTED,
        /** Without it, no mail. */
        REQUIRED
    }
}
