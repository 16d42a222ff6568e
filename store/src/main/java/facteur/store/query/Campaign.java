package facteur.store.query;

import java.time.Instant;
import java.util.List;

/**
 * A campaign.
 *
 * @param id its number
 * @param sender From of its first message
 * @param subject of its first message
 * @param first when its first message was accepted
 * @param last when its last message was accepted
 * @param tags at most 20, of all its messages
 */
public record Campaign(
        long id,
        String name,
        String sender,
        String subject,
        Instant first,
        Instant last,
        List<String> tags) {
    public Campaign {
        tags = List.copyOf(tags);
    }
}
