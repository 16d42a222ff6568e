package facteur.store.fold;

import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.Campaign;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** How a {@link Campaign} is stored, and what another message adds to it. */
public final class CampaignRow {
    private static final int MAX_TAGS = 20;

    private CampaignRow() {}

    static Campaign join(
            Campaign known, Instant at, String sender, String subject, List<String> tags) {
        boolean earlier = at.isBefore(known.first());
        TreeSet<String> all = new TreeSet<>(known.tags());
        all.addAll(tags);
        return new Campaign(
                known.id(),
                known.name(),
                earlier ? sender : known.sender(),
                earlier ? subject : known.subject(),
                earlier ? at : known.first(),
                at.isAfter(known.last()) ? at : known.last(),
                all.stream().limit(MAX_TAGS).toList());
    }

    static byte[] encode(Campaign campaign) {
        return new Encoder()
                .octet(1)
                .text(campaign.name())
                .text(campaign.sender())
                .text(campaign.subject())
                .instant(campaign.first())
                .instant(campaign.last())
                .texts(campaign.tags())
                .toBytes();
    }

    /**
     * @param id that the row stands under
     */
    public static Campaign decode(long id, byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("campaign row in an unknown layout");
        }
        return new Campaign(
                id,
                from.text(),
                from.text(),
                from.text(),
                from.instant(),
                from.instant(),
                from.texts());
    }
}
