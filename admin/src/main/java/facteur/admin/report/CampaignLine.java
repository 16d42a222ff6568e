package facteur.admin.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A campaign as lists show it.
 *
 * @param id 0: everything that was sent without one
 * @param first when its first message was accepted
 */
public record CampaignLine(
        long id,
        String name,
        String sender,
        String subject,
        Instant first,
        Instant last,
        List<String> tags,
        Figures figures) {
    public CampaignLine {
        tags = List.copyOf(tags);
    }

    public boolean isNone() {
        return id == 0;
    }

    /** The domain of the sender's address, or empty. */
    public String senderDomain() {
        int at = sender.lastIndexOf('@');
        if (at < 0) {
            return "";
        }
        int end = at + 1;
        while (end < sender.length()
                && (Character.isLetterOrDigit(sender.charAt(end))
                        || ".-".indexOf(sender.charAt(end)) >= 0)) {
            end++;
        }
        return sender.substring(at + 1, end).toLowerCase(Locale.ROOT);
    }
}
