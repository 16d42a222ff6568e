package facteur.mta.queue;

/**
 * Mail that takes turns with other mail on the same path.
 *
 * @param campaign name, or empty
 * @param pool of sources that the message asked for, or empty
 */
public record Lane(
        String credential, String campaign, String domain, String pool, boolean transactional) {}
