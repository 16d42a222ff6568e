package facteur.store.fold;

import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What happened to a campaign in one hour: recipients, each counted once, in the hour in which it
 * happened first. As everything here it is derived from recipients' rows, so the order of events
 * does not matter. The hour of an open is that of the first hit, which may have been a robot's.
 *
 * @param opened of the delivered: by people
 * @param openedByAny robots included
 */
public record HourRow(
        long delivered,
        long bounced,
        long opened,
        long clicked,
        long openedByAny,
        long clickedByAny) {
    static final HourRow ZERO = new HourRow(0, 0, 0, 0, 0, 0);
    private static final long SECONDS = 3600;

    /** One hour of a campaign; {@code hour} counts from 1970. */
    record Key(long campaign, int hour) {
        byte[] key() {
            return key(campaign, hour);
        }

        static byte[] key(long campaign, int hour) {
            return ByteBuffer.allocate(12).putLong(campaign).putInt(hour).array();
        }
    }

    /** The hour an instant lies in. */
    public static int hour(Instant at) {
        return (int) Math.floorDiv(at.getEpochSecond(), SECONDS);
    }

    /** When an hour begins. */
    public static Instant begin(int hour) {
        return Instant.ofEpochSecond(hour * SECONDS);
    }

    /** What one recipient adds, hour by hour. */
    static Map<Key, HourRow> of(RecipientRow row) {
        Map<Key, HourRow> added = new HashMap<>();
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
                                            new HourRow(1, 0, 0, 0, 0, 0));
                                    read(added, campaign, row.engagement());
                                }
                                case SOFT_BOUNCE, HARD_BOUNCE ->
                                        put(
                                                added,
                                                campaign,
                                                row.delivery(),
                                                new HourRow(0, 1, 0, 0, 0, 0));
                                case QUEUED, DEFERRED, ABANDONED -> {}
                            }
                        });
        return added;
    }

    private static void read(Map<Key, HourRow> added, long campaign, Engagement engagement) {
        int clicked = engagement.clicks(false) > 0 ? 1 : 0;
        int clickedByAny = engagement.clicks(true) > 0 ? 1 : 0;
        if (clickedByAny > 0) {
            put(
                    added,
                    campaign,
                    engagement.firstClick(),
                    new HourRow(0, 0, 0, clicked, 0, clickedByAny));
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
                    new HourRow(0, 0, opened, 0, openedByAny, 0));
        }
    }

    private static void put(
            Map<Key, HourRow> added, long campaign, Delivery delivery, HourRow row) {
        put(added, campaign, delivery.at(), row);
    }

    private static void put(Map<Key, HourRow> added, long campaign, Instant at, HourRow row) {
        added.merge(new Key(campaign, hour(at)), row, HourRow::plus);
    }

    HourRow plus(HourRow other) {
        return new HourRow(
                delivered + other.delivered,
                bounced + other.bounced,
                opened + other.opened,
                clicked + other.clicked,
                openedByAny + other.openedByAny,
                clickedByAny + other.clickedByAny);
    }

    HourRow negated() {
        return new HourRow(-delivered, -bounced, -opened, -clicked, -openedByAny, -clickedByAny);
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .number(delivered)
                .number(bounced)
                .number(opened)
                .number(clicked)
                .number(openedByAny)
                .number(clickedByAny)
                .toBytes();
    }

    public static HourRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("hour row in an unknown layout");
        }
        return new HourRow(
                from.number(),
                from.number(),
                from.number(),
                from.number(),
                from.number(),
                from.number());
    }
}
