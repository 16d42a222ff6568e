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
    /** Everything on this server. */
    record Server() implements TallyKey {}

    /**
     * @param campaign 0 for mail without one
     */
    record Campaign(int campaign) implements TallyKey {}

    /** A campaign's recipients at one domain. */
    record CampaignDomain(int campaign, String domain) implements TallyKey {}

    /** A campaign's recipients whose last refusal was of one category. */
    record CampaignReason(int campaign, BounceCategory category) implements TallyKey {}

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
            case Campaign(int campaign) ->
                    ByteBuffer.allocate(5).put((byte) 2).putInt(campaign).array();
            case CampaignDomain(int campaign, String domain) -> named(3, campaign, domain);
            case CampaignReason(int campaign, BounceCategory category) ->
                    ByteBuffer.allocate(6)
                            .put((byte) 4)
                            .putInt(campaign)
                            .put((byte) category.ordinal())
                            .array();
            case RecipientDomain(String domain) -> named(5, 0, domain);
            case SenderDomain(String domain) -> named(6, 0, domain);
            case Day(LocalDate day) ->
                    ByteBuffer.allocate(5).put((byte) 7).putInt((int) day.toEpochDay()).array();
            case SenderDomainDay(String domain, LocalDate day) ->
                    named(8, (int) day.toEpochDay(), domain);
        };
    }

    /** What all keys of a kind, and of a number within it, begin with. */
    static byte[] prefix(int kind, int number) {
        return ByteBuffer.allocate(5).put((byte) kind).putInt(number).array();
    }

    private static byte[] named(int kind, int number, String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + octets.length).put(prefix(kind, number)).put(octets).array();
    }
}
