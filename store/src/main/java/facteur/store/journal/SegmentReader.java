package facteur.store.journal;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.store.codec.EventCodec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;

/** Reads records where they stand; any thread, beside the writer. */
final class SegmentReader {
    // Some seven hundred events, or a dozen messages.
    private static final int AHEAD = 1 << 16;

    private final NavigableMap<Long, Segment> segments;

    SegmentReader(NavigableMap<Long, Segment> segments) {
        this.segments = segments;
    }

    Position oldest() {
        return Position.of(segments.firstKey(), Segment.FIRST_RECORD);
    }

    Position read(Position from, Position end, int limit, Journal.Visitor visitor)
            throws IOException {
        Position at = from.compareTo(oldest()) > 0 ? from : oldest();
        int shown = 0;
        SegmentWindow segmentWindow = new SegmentWindow(AHEAD);
        while (shown < limit && at.compareTo(end) < 0) {
            Optional<Segment.FoundRecord> found = record(at, segmentWindow);
            if (found.isEmpty()) {
                at = stepOver(at, end);
                continue;
            }
            Segment.FoundRecord record = found.get();
            if (record.header().kind() == RecordHeader.EVENT) {
                byte[] octets = octets(record.payload());
                visitor.event(at, EventCodec.decode(ByteBuffer.wrap(octets)), octets);
                shown++;
            } else if (record.header().kind() == RecordHeader.MESSAGE) {
                Position first = MessagePayload.first(at, record.payload());
                SubmissionEvent.Accepted accepted = MessagePayload.accepted(record.payload());
                visitor.message(at, first, accepted);
                shown += Math.max(1, accepted.envelope().recipients().size());
            }
            at = Scan.after(at, record.header());
        }
        return at;
    }

    private static byte[] octets(ByteBuffer payload) {
        byte[] octets = new byte[payload.remaining()];
        payload.get(octets);
        return octets;
    }

    private Optional<Segment.FoundRecord> record(Position at) throws IOException {
        Segment segment = segments.get(at.segment());
        return segment == null ? Optional.empty() : segment.read(at.offset());
    }

    private Optional<Segment.FoundRecord> record(Position at, SegmentWindow segmentWindow)
            throws IOException {
        Segment segment = segments.get(at.segment());
        return segment == null ? Optional.empty() : segment.read(at.offset(), segmentWindow);
    }

    /** Damage was reported when the journal was opened; here it is only passed. */
    private Position stepOver(Position bad, Position end) throws IOException {
        Scan.Result scan = Scan.follow(segments, bad, 0);
        return scan.damage().isEmpty() ? end : scan.damage().getFirst().to();
    }

    /** The message at a position; empty when any of its segments has been released. */
    Optional<Journal.StoredMessage> message(Position position) throws IOException {
        try {
            Optional<Segment.FoundRecord> found = record(position);
            return found.isPresent() && found.get().header().kind() == RecordHeader.MESSAGE
                    ? message(position, found.get())
                    : Optional.empty();
        } catch (ClosedChannelException e) {
            // The segment was released between the look-up and the reading.
            return Optional.empty();
        }
    }

    private Optional<Journal.StoredMessage> message(Position at, Segment.FoundRecord record) {
        ByteBuffer payload = record.payload();
        SubmissionEvent.Accepted accepted = MessagePayload.accepted(payload.duplicate());
        List<JournalEntry.Part> parts = MessagePayload.parts(payload);
        List<SegmentContent.Slice> slices = new ArrayList<>();
        for (JournalEntry.Part part : parts) {
            Segment of = segments.get(part.position().segment());
            if (of == null) {
                return Optional.empty();
            }
            int begin = part.position().offset() + RecordHeader.SIZE;
            slices.add(new SegmentContent.Slice(of.channel(), begin, part.length()));
        }
        byte[] rest = octets(payload);
        if (slices.isEmpty()) {
            return Optional.of(new Journal.StoredMessage(accepted, Content.of(rest)));
        }
        int restAt = at.offset() + RecordHeader.SIZE + record.header().length() - rest.length;
        Segment segment = Objects.requireNonNull(segments.get(at.segment()));
        SegmentContent.Slice tail =
                new SegmentContent.Slice(segment.channel(), restAt, rest.length);
        return Optional.of(new Journal.StoredMessage(accepted, SegmentContent.of(slices, tail)));
    }

    /** The message record at a position as it was appended, for appending it again. */
    Optional<JournalEntry.Message> entry(Position position) throws IOException {
        Optional<Segment.FoundRecord> found = record(position);
        if (found.isEmpty() || found.get().header().kind() != RecordHeader.MESSAGE) {
            return Optional.empty();
        }
        ByteBuffer payload = found.get().payload();
        SubmissionEvent.Accepted accepted = MessagePayload.accepted(payload.duplicate());
        List<JournalEntry.Part> parts = MessagePayload.parts(payload);
        byte[] rest = octets(payload);
        return Optional.of(new JournalEntry.Message(accepted, parts, rest));
    }

    /** The octets of a part; empty when its segment has been released. */
    Optional<byte[]> part(JournalEntry.Part part) throws IOException {
        Optional<Segment.FoundRecord> found = record(part.position());
        if (found.isEmpty() || found.get().header().kind() != RecordHeader.PART) {
            return Optional.empty();
        }
        return Optional.of(octets(found.get().payload()));
    }
}
