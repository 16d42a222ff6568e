package facteur.store.codec;

import facteur.mail.event.Event;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A type of event as it is stored: its number, and a reader for each layout that is still read. The
 * newest layout is the one that is written.
 *
 * <p>A number or a layout is never used again for something else. A field is added by a new layout
 * whose reader stands beside the older ones; each of them gives the value that holds for events
 * from before the field was.
 */
final class EventType<E extends Event> {
    private final int number;
    private final Class<E> event;
    private final int layout;
    private final BiConsumer<Encoder, E> write;
    private final Map<Integer, Function<Decoder, E>> readers;

    private EventType(
            int number,
            Class<E> event,
            int layout,
            BiConsumer<Encoder, E> write,
            Map<Integer, Function<Decoder, E>> readers) {
        this.number = number;
        this.event = event;
        this.layout = layout;
        this.write = write;
        this.readers = Map.copyOf(readers);
    }

    /** A type that is written in its first layout. */
    static <E extends Event> EventType<E> of(
            int number, Class<E> event, BiConsumer<Encoder, E> write, Function<Decoder, E> read) {
        return of(number, event, 1, write, read);
    }

    /** A type that is written in the given layout; older ones follow by {@link #reads}. */
    static <E extends Event> EventType<E> of(
            int number,
            Class<E> event,
            int layout,
            BiConsumer<Encoder, E> write,
            Function<Decoder, E> read) {
        return new EventType<>(number, event, layout, write, Map.of(layout, read));
    }

    /** The same type, which reads an older layout too. */
    EventType<E> reads(int older, Function<Decoder, E> read) {
        Map<Integer, Function<Decoder, E>> all = new HashMap<>(readers);
        all.put(older, read);
        return new EventType<>(number, event, layout, write, all);
    }

    int number() {
        return number;
    }

    Class<E> event() {
        return event;
    }

    /** The layout that is written. */
    int layout() {
        return layout;
    }

    void encode(Encoder to, Event value) {
        write.accept(to.octet(number).octet(layout), event.cast(value));
    }

    /**
     * @throws CorruptRecord in words when a newer Facteur wrote it
     */
    E decode(int version, Decoder from) {
        Function<Decoder, E> reader = readers.get(version);
        if (reader == null) {
            throw version > layout
                    ? CorruptRecord.newer(
                            event.getSimpleName()
                                    + " in layout "
                                    + version
                                    + "; this one reads up to "
                                    + layout)
                    : new CorruptRecord(event.getSimpleName() + " in layout " + version);
        }
        return reader.apply(from);
    }
}
