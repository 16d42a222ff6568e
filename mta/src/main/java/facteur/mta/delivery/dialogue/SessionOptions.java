package facteur.mta.delivery.dialogue;

/**
 * How to talk to a host.
 *
 * @param ehlo our name
 * @param site the destination that the host belongs to, for those who watch the talk
 */
public record SessionOptions(String ehlo, Tls tls, String site) {
    /** What to do about STARTTLS. */
    public enum Tls {
        NEVER,
        /** Use it when it is offered. */
        OFFERED,
        /** Without it, no mail. */
        REQUIRED
    }
}
