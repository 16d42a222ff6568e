package facteur.store.fold;

import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * A campaign.
 *
 * @param sender From of its first message
 * @param subject of its first message
 * @param first when its first message was accepted
 * @param last when its last message was accepted
 * @param tags at most 20, of all its messages
 */
public record CampaignRow(
        String name,
        String sender,
        String subject,
        Instant first,
        Instant last,
        List<String> tags) {
    private static final int MAX_TAGS = 20;

    public CampaignRow {
        tags = List.copyOf(tags);
    }

    CampaignRow join(Instant at, String itsSender, String itsSubject, List<String> itsTags) {
        boolean earlier = at.isBefore(first);
        TreeSet<String> all = new TreeSet<>(tags);
        all.addAll(itsTags);
        return new CampaignRow(
                name,
                earlier ? itsSender : sender,
                earlier ? itsSubject : subject,
                earlier ? at : first,
                at.isAfter(last) ? at : last,
                all.stream().limit(MAX_TAGS).toList());
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .text(name)
                .text(sender)
                .text(subject)
                .instant(first)
                .instant(last)
                .texts(tags)
                .toBytes();
    }

    public static CampaignRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("campaign row in an unknown layout");
        }
        return new CampaignRow(
                from.text(),
                from.text(),
                from.text(),
                from.instant(),
                from.instant(),
                from.texts());
    }
}
