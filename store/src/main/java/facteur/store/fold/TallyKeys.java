package facteur.store.fold;

import facteur.mail.outcome.BounceCategory;
import facteur.store.query.RecipientState;
import facteur.store.query.TallyKey;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** To which sums a recipient contributes, and the octets of their keys. */
public final class TallyKeys {
    /** Octets of a key before its name. */
    private static final int PREFIX = 9;

    private static final int CAMPAIGN_DOMAINS = 3;
    private static final int RECIPIENT_DOMAINS = 5;
    private static final int SENDER_DOMAINS = 6;

    private TallyKeys() {}

    /** All sums to which a recipient contributes. */
    static List<TallyKey> of(RecipientState row) {
        List<TallyKey> keys = new ArrayList<>(8);
        row.origin()
                .ifPresent(
                        origin -> {
                            LocalDate day = LocalDate.ofInstant(origin.at(), ZoneOffset.UTC);
                            keys.add(new TallyKey.Server());
                            keys.add(new TallyKey.Campaign(origin.campaign()));
                            keys.add(
                                    new TallyKey.CampaignDomain(
                                            origin.campaign(), origin.domain()));
                            keys.add(new TallyKey.RecipientDomain(origin.domain()));
                            keys.add(new TallyKey.Day(day));
                            if (!origin.senderDomain().isEmpty()) {
                                keys.add(new TallyKey.SenderDomain(origin.senderDomain()));
                                keys.add(new TallyKey.SenderDomainDay(origin.senderDomain(), day));
                            }
                            row.category()
                                    .ifPresent(
                                            c ->
                                                    keys.add(
                                                            new TallyKey.CampaignReason(
                                                                    origin.campaign(), c)));
                        });
        return keys;
    }

    /** The key of the row: an octet for the kind, then its parts. */
    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    public static byte[] octets(TallyKey key) {
        return switch (key) {
            case TallyKey.Server _ -> new byte[] {1};
            case TallyKey.Campaign(long campaign) -> prefix(2, campaign);
            case TallyKey.CampaignDomain(long campaign, String domain) ->
                    named(CAMPAIGN_DOMAINS, campaign, domain);
            case TallyKey.CampaignReason(long campaign, BounceCategory category) ->
                    ByteBuffer.allocate(PREFIX + 1)
                            .put(prefix(4, campaign))
                            .put((byte) category.ordinal())
                            .array();
            case TallyKey.RecipientDomain(String domain) -> named(RECIPIENT_DOMAINS, 0, domain);
            case TallyKey.SenderDomain(String domain) -> named(SENDER_DOMAINS, 0, domain);
            case TallyKey.Day(LocalDate day) -> prefix(7, day.toEpochDay());
            case TallyKey.SenderDomainDay(String domain, LocalDate day) ->
                    named(8, day.toEpochDay(), domain);
        };
    }

    /** What the keys of a campaign's domains begin with. */
    public static byte[] campaignDomains(long campaign) {
        return prefix(CAMPAIGN_DOMAINS, campaign);
    }

    /** What the keys of recipients' domains begin with. */
    public static byte[] recipientDomains() {
        return prefix(RECIPIENT_DOMAINS, 0);
    }

    /** What the keys of senders' domains begin with. */
    public static byte[] senderDomains() {
        return prefix(SENDER_DOMAINS, 0);
    }

    /** The name at the end of a key. */
    public static String name(byte[] key) {
        return new String(key, PREFIX, key.length - PREFIX, StandardCharsets.UTF_8);
    }

    private static byte[] prefix(int kind, long number) {
        return ByteBuffer.allocate(PREFIX).put((byte) kind).putLong(number).array();
    }

    private static byte[] named(int kind, long number, String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(PREFIX + octets.length)
                .put(prefix(kind, number))
                .put(octets)
                .array();
    }
}
