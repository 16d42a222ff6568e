package facteur.mail.message;

import facteur.mail.text.CampaignName;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the header of a message said, read once at acceptance. Every text is bounded and free of
 * control characters.
 *
 * @param campaign name of the campaign, when one was given ({@link CampaignName})
 * @param subject decoded for people (RFC 2047)
 * @param sender the From field, decoded for people
 * @param messageId the Message-ID field with its brackets
 * @param tags at most 10 of at most 100 characters
 * @param contactId the application's own id of the contact
 * @param metadata at most 20 entries of at most 255 characters
 * @param transactional no campaign, or said to be urgent: overtakes bulk within a bound
 * @param notes what was odd: a key, and behind a blank what it is about
 */
public record MessageFacts(
        Optional<String> campaign,
        String subject,
        String sender,
        String messageId,
        List<String> tags,
        Optional<String> contactId,
        Map<String, String> metadata,
        Tracking tracking,
        boolean transactional,
        List<String> notes) {
    /** The entry of the metadata that asks for a pool of sources. */
    public static final String POOL = "pool";

    public MessageFacts {
        campaign = campaign.map(CampaignName::of).filter(name -> !name.isEmpty());
        tags = List.copyOf(tags);
        metadata = Map.copyOf(metadata);
        notes = List.copyOf(notes);
    }
}
