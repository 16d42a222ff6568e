package facteur.store.codec;

import facteur.mail.event.Event;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Events as octets: one for the type, one for the layout, then the fields in order. {@link
 * EventTypes} lists the types; the families ({@link DeliveryCodec} and the others) have what writes
 * each beside what reads it.
 */
public final class EventCodec {
    private EventCodec() {}

    public static byte[] encode(Event event) {
        Encoder to = new Encoder();
        EventTypes.of(event).encode(to, event);
        return to.toBytes();
    }

    /**
     * Reads what {@link #encode} of this or an older Facteur wrote.
     *
     * @throws CorruptRecord when it did not; when a newer one did, in words that say so
     */
    public static Event decode(ByteBuffer octets) {
        Decoder from = new Decoder(octets);
        EventType<?> type = EventTypes.numbered(from.octet());
        return type.decode(from.octet(), from);
    }

    /** All that has a stored form. */
    public static List<Class<? extends Event>> types() {
        return EventTypes.ALL.stream().<Class<? extends Event>>map(EventType::event).toList();
    }

    /** Instants are stored to the millisecond; what is kept in memory must be the same. */
    public static Instant stored(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }
}
