package facteur.store.fold;

import facteur.mail.outcome.BounceCategory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What recipients are summed over. */
public sealed interface TallyKey {
    /** Octets of a key before its name. */
    int PREFIX = 9;

    /** Everything on this server. */
    record Server() implements TallyKey {}

    /**
     * @param campaign 0 for mail without one
     */
    record Campaign(long campaign) implements TallyKey {}

    /** A campaign's recipients at one domain. */
    record CampaignDomain(long campaign, String domain) implements TallyKey {}

    /** A campaign's recipients whose last refusal was of one category. */
    record CampaignReason(long campaign, BounceCategory category) implements TallyKey {}

    record RecipientDomain(String domain) implements TallyKey {}

    record SenderDomain(String domain) implements TallyKey {}

    /** Accepted on one day (UTC). */
    record Day(LocalDate day) implements TallyKey {}

    record SenderDomainDay(String domain, LocalDate day) implements TallyKey {}

    /** All sums to which a recipient contributes. */
    static List<TallyKey> of(RecipientRow row) {
        List<TallyKey> keys = new ArrayList<>(8);
        row.origin()
                .ifPresent(
                        origin -> {
                            LocalDate day = LocalDate.ofInstant(origin.at(), ZoneOffset.UTC);
                            keys.add(new Server());
                            keys.add(new Campaign(origin.campaign()));
                            keys.add(new CampaignDomain(origin.campaign(), origin.domain()));
                            keys.add(new RecipientDomain(origin.domain()));
                            keys.add(new Day(day));
                            if (!origin.senderDomain().isEmpty()) {
                                keys.add(new SenderDomain(origin.senderDomain()));
                                keys.add(new SenderDomainDay(origin.senderDomain(), day));
                            }
                            row.category()
                                    .ifPresent(
                                            c ->
                                                    keys.add(
                                                            new CampaignReason(
                                                                    origin.campaign(), c)));
                        });
        return keys;
    }

    /** The key of the row: an octet for the kind, then its parts. */
    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    default byte[] key() {
        return switch (this) {
            case Server _ -> new byte[] {1};
            case Campaign(long campaign) -> prefix(2, campaign);
            case CampaignDomain(long campaign, String domain) -> named(3, campaign, domain);
            case CampaignReason(long campaign, BounceCategory category) ->
                    ByteBuffer.allocate(PREFIX + 1)
                            .put(prefix(4, campaign))
                            .put((byte) category.ordinal())
                            .array();
            case RecipientDomain(String domain) -> named(5, 0, domain);
            case SenderDomain(String domain) -> named(6, 0, domain);
            case Day(LocalDate day) -> prefix(7, day.toEpochDay());
            case SenderDomainDay(String domain, LocalDate day) ->
                    named(8, day.toEpochDay(), domain);
        };
    }

    /** What all keys of a kind, and of a number within it, begin with. */
    static byte[] prefix(int kind, long number) {
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
