package facteur.mta.queue;

import facteur.mail.queue.WaitReason;

/**
 * Why a recipient has not been sent to yet.
 *
 * @param site empty where it is not known
 * @param source empty where none is chosen
 */
public record Explanation(
        String recipient,
        String address,
        String site,
        String source,
        WaitReason reason,
        int attempts) {}
