package facteur.store.fold;

import facteur.mail.event.Event;
import facteur.mail.message.RecipientId;
import facteur.store.codec.EventCodec;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The events of each recipient, in the order of their times. */
final class Timelines {
    /** Message-level events stand behind those of the recipients. */
    static final int WHOLE_MESSAGE = 0xffff;

    /** Those that count readers without names stand before them, and belong to no recipient. */
    static final int COUNTED = 0xfffe;

    /** Rows that are in memory at a time while a timeline is gone through. */
    static final int PAGE = 500;

    private final Rows rows;

    Timelines(Rows rows) {
        this.rows = rows;
    }

    /**
     * Puts an event in; false when it was there already.
     *
     * @param octets the event as {@link EventCodec} encoded it
     */
    boolean add(RecipientId id, Instant at, byte[] octets) {
        byte[] key = Keys.timeline(id, at.toEpochMilli(), Keys.hash(octets));
        return rows.add(Table.TIMELINE, key, octets);
    }

    /** Shows all events, page by page; what is done with them may change other tables. */
    void each(RecipientId id, Consumer<Event> visitor) {
        each(id, 0, Long.MAX_VALUE, visitor);
    }

    /** Shows the events of a span of time, both ends included, in milliseconds since 1970. */
    void each(RecipientId id, long from, long until, Consumer<Event> visitor) {
        byte[] next = Keys.moment(id, from);
        List<Event> page = new ArrayList<>();
        do {
            page.clear();
            byte[][] last = {next};
            rows.scan(
                    Table.TIMELINE,
                    Keys.recipient(id),
                    next,
                    (key, value) -> {
                        boolean takes = page.size() < PAGE && Keys.millis(key) <= until;
                        if (takes) {
                            page.add(EventCodec.decode(ByteBuffer.wrap(value)));
                            last[0] = key;
                        }
                        return takes;
                    });
            next = Arrays.copyOf(last[0], last[0].length + 1); // behind the last one
            page.forEach(visitor);
        } while (page.size() == PAGE);
    }

    void forget(RecipientId id) {
        boolean more;
        do {
            List<byte[]> keys = new ArrayList<>();
            rows.scan(
                    Table.TIMELINE,
                    Keys.recipient(id),
                    (key, _) -> keys.size() < PAGE && keys.add(key));
            keys.forEach(key -> rows.delete(Table.TIMELINE, key));
            more = keys.size() == PAGE;
        } while (more);
    }
}
