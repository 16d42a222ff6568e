package facteur.store.journal;

import facteur.mail.event.SubmissionEvent;
import facteur.store.codec.EventCodec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a message record: its event, the places of its parts, and the rest of its octets.
 */
final class MessagePayload {
    private static final int PART_OCTETS = 12;

    private MessagePayload() {}

    static byte[] head(JournalEntry.Message message) {
        byte[] event = EventCodec.encode(message.accepted());
        ByteBuffer head =
                ByteBuffer.allocate(8 + event.length + message.parts().size() * PART_OCTETS);
        head.putInt(event.length).put(event).putInt(message.parts().size());
        for (JournalEntry.Part part : message.parts()) {
            head.putLong(part.position().value()).putInt(part.length());
        }
        return head.array();
    }

    static SubmissionEvent.Accepted accepted(ByteBuffer payload) {
        int length = payload.getInt();
        ByteBuffer event = payload.slice(payload.position(), length);
        return (SubmissionEvent.Accepted) EventCodec.decode(event);
    }

    /** Where the oldest octets of the message at {@code position} stand. */
    static Position first(Position position, ByteBuffer payload) {
        Position first = position;
        for (JournalEntry.Part part : parts(payload.duplicate())) {
            first = part.position().compareTo(first) < 0 ? part.position() : first;
        }
        return first;
    }

    /** Leaves the buffer at the first octet of the rest. */
    static List<JournalEntry.Part> parts(ByteBuffer payload) {
        payload.position(payload.position() + 4 + payload.getInt(payload.position()));
        int count = payload.getInt();
        List<JournalEntry.Part> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(new JournalEntry.Part(new Position(payload.getLong()), payload.getInt()));
        }
        return parts;
    }
}
