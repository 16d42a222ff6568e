package facteur.store.codec;

import facteur.mail.event.Event;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The one table of all types of events. */
final class EventTypes {
    static final List<EventType<?>> ALL =
            Stream.of(
                            SubmissionCodec.TYPES,
                            DeliveryCodec.TYPES,
                            ShapingCodec.TYPES,
                            HostCodec.TYPES,
                            FeedbackCodec.TYPES,
                            EngagementCodec.TYPES,
                            ReadershipCodec.TYPES,
                            OperatorCodec.TYPES)
                    .<EventType<?>>flatMap(Collection::stream)
                    .toList();

    private static final @Nullable EventType<?>[] BY_NUMBER = byNumber();
    private static final Map<Class<?>, EventType<?>> BY_CLASS = byClass();

    private EventTypes() {}

    static EventType<?> of(Event event) {
        EventType<?> type = BY_CLASS.get(event.getClass());
        if (type == null) {
            throw new IllegalStateException("no stored form of " + event.getClass());
        }
        return type;
    }

    /**
     * @throws CorruptRecord in words when a newer Facteur wrote it
     */
    static EventType<?> numbered(int number) {
        EventType<?> type = BY_NUMBER[number];
        if (type == null) {
            throw CorruptRecord.newer("type " + number);
        }
        return type;
    }

    private static @Nullable EventType<?>[] byNumber() {
        @Nullable EventType<?>[] types = new EventType<?>[256];
        for (EventType<?> type : ALL) {
            if (types[type.number()] != null) {
                throw new IllegalStateException("two events have the number " + type.number());
            }
            types[type.number()] = type;
        }
        return types;
    }

    private static Map<Class<?>, EventType<?>> byClass() {
        Map<Class<?>, EventType<?>> types = new HashMap<>();
        ALL.forEach(type -> types.put(type.event(), type));
        return Map.copyOf(types);
    }
}
