package facteur.mta.delivery.dialogue;

/**
 * How to talk to a host.
 *
 * @param ehlo our name
 */
public record SessionOptions(String ehlo, Tls tls) {
    /** What to do about STARTTLS. */
    public enum Tls {
        NEVER,
        /** Use it when it is offered. */
        OFFERED,
        /** Without it, no mail. */
        REQUIRED
    }
}
