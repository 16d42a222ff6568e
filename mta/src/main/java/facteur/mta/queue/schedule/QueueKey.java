package facteur.mta.queue.schedule;

/**
 * What recipients have in common that take turns with others on the same path.
 *
 * @param campaign name, or empty
 * @param pool of sources that the message asked for, or empty
 */
public record QueueKey(
        String credential, String campaign, String domain, String pool, boolean transactional) {}
