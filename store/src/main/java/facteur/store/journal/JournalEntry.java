package facteur.store.journal;

import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;

import java.util.List;

/** Something to append. */
public sealed interface JournalEntry {
    /** An event that carries no bytes. */
    record Happened(Event event) implements JournalEntry {}

    /**
     * An accepted message: its event and its bytes, of which the first may have been appended
     * before as parts.
     *
     * @param parts places of the parts, in order
     * @param rest what follows the parts; not changed afterwards
     */
    record Message(SubmissionEvent.Accepted accepted, List<Part> parts, byte[] rest)
            implements JournalEntry {
        public Message {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Bytes of a large message that is still arriving. Without a message that names it, it is of no
     * consequence.
     */
    record PartBytes(byte[] octets) implements JournalEntry {}

    /** Where a part was put. */
    record Part(Position position, int length) {}
}
