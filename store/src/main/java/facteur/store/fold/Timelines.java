package facteur.store.fold;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.message.RecipientId;
import facteur.store.codec.EventCodec;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The events of each recipient, in the order of their times. */
final class Timelines {
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

    List<Event> events(RecipientId id) {
        List<Event> events = new ArrayList<>();
        rows.scan(
                Table.TIMELINE,
                Keys.recipient(id),
                (_, value) -> events.add(EventCodec.decode(ByteBuffer.wrap(value))));
        return events;
    }

    List<EngagementEvent> hits(RecipientId id) {
        List<EngagementEvent> hits = new ArrayList<>();
        for (Event event : events(id)) {
            if (event instanceof EngagementEvent hit) {
                hits.add(hit);
            }
        }
        return hits;
    }

    void forget(RecipientId id) {
        List<byte[]> keys = new ArrayList<>();
        rows.scan(Table.TIMELINE, Keys.recipient(id), (key, _) -> keys.add(key));
        keys.forEach(key -> rows.delete(Table.TIMELINE, key));
    }
}
