package facteur.store.fold;

import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.HourCounts;
import facteur.store.query.RecipientState;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How {@link HourCounts} are stored, and what a recipient adds to them. As everything here it is
 * derived from recipients' rows, so the order of events does not matter.
 */
public final class HourRow {
    private static final long SECONDS = 3600;

    private HourRow() {}

    /** One hour of a campaign; {@code hour} counts from 1970. */
    record Key(long campaign, int hour) {
        byte[] key() {
            return ByteBuffer.allocate(12).putLong(campaign).putInt(hour).array();
        }
    }

    /** The key of the hour an instant lies in. */
    public static byte[] key(long campaign, Instant at) {
        return new Key(campaign, hour(at)).key();
    }

    private static int hour(Instant at) {
        return (int) Math.floorDiv(at.getEpochSecond(), SECONDS);
    }

    /** When the hour of a key begins. */
    public static Instant begin(byte[] key) {
        return Instant.ofEpochSecond(ByteBuffer.wrap(key).getInt(Long.BYTES) * SECONDS);
    }

    /** What one recipient adds, hour by hour. */
    static Map<Key, HourCounts> of(RecipientState row) {
        Map<Key, HourCounts> added = new HashMap<>();
        row.origin()
                .ifPresent(
                        origin -> {
                            long campaign = origin.campaign();
                            switch (row.delivery().state()) {
                                case DELIVERED -> {
                                    put(
                                            added,
                                            campaign,
                                            row.delivery(),
                                            new HourCounts(1, 0, 0, 0, 0, 0));
                                    read(added, campaign, row.engagement());
                                }
                                case SOFT_BOUNCE, HARD_BOUNCE ->
                                        put(
                                                added,
                                                campaign,
                                                row.delivery(),
                                                new HourCounts(0, 1, 0, 0, 0, 0));
                                case QUEUED, DEFERRED, ABANDONED -> {}
                            }
                        });
        return added;
    }

    private static void read(Map<Key, HourCounts> added, long campaign, Engagement engagement) {
        int clicked = engagement.clicks(false) > 0 ? 1 : 0;
        int clickedByAny = engagement.clicks(true) > 0 ? 1 : 0;
        if (clickedByAny > 0) {
            put(
                    added,
                    campaign,
                    engagement.firstClick(),
                    new HourCounts(0, 0, 0, clicked, 0, clickedByAny));
        }
        // A click implies an open.
        int opened = engagement.opens(false) > 0 ? 1 : clicked;
        int openedByAny = engagement.opens(true) > 0 ? 1 : clickedByAny;
        if (openedByAny > 0) {
            boolean implied = engagement.firstOpen().equals(Instant.EPOCH);
            put(
                    added,
                    campaign,
                    implied ? engagement.firstClick() : engagement.firstOpen(),
                    new HourCounts(0, 0, opened, 0, openedByAny, 0));
        }
    }

    private static void put(
            Map<Key, HourCounts> added, long campaign, Delivery delivery, HourCounts row) {
        put(added, campaign, delivery.at(), row);
    }

    private static void put(Map<Key, HourCounts> added, long campaign, Instant at, HourCounts row) {
        added.merge(new Key(campaign, hour(at)), row, HourCounts::plus);
    }

    static byte[] encode(HourCounts counts) {
        return new Encoder()
                .octet(1)
                .number(counts.delivered())
                .number(counts.bounced())
                .number(counts.opened())
                .number(counts.clicked())
                .number(counts.openedByAny())
                .number(counts.clickedByAny())
                .toBytes();
    }

    public static HourCounts decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("hour row in an unknown layout");
        }
        return new HourCounts(
                from.number(),
                from.number(),
                from.number(),
                from.number(),
                from.number(),
                from.number());
    }
}
