package facteur.store.view;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.message.RecipientId;
import facteur.store.codec.EventCodec;
import facteur.store.fold.HitVerdicts;
import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.query.Timeline;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One page of a timeline, merged from that of a recipient and that of the message as a whole. The
 * cursor is the last part of a key: the time, and a hash that tells apart what happened in the same
 * millisecond.
 */
final class TimelinePage {
    private static final int WHOLE_MESSAGE = 0xffff;
    private static final int RECIPIENT = 10;

    private TimelinePage() {}

    private record Row(byte[] cursor, Event event) {}

    /**
     * @param after empty, or not a cursor: from the beginning
     */
    static Timeline of(Rows rows, RecipientId id, Optional<String> after, int limit) {
        byte[] from =
                after.filter(Timeline::isNext).map(HexFormat.of()::parseHex).orElse(new byte[0]);
        List<Row> found = read(rows, id, from, limit + 1);
        found.addAll(read(rows, new RecipientId(id.message(), WHOLE_MESSAGE), from, limit + 1));
        found.sort((one, other) -> Arrays.compareUnsigned(one.cursor(), other.cursor()));
        boolean more = found.size() > limit;
        List<Row> page = more ? found.subList(0, limit) : found;
        HitVerdicts verdicts = new HitVerdicts(rows);
        return new Timeline(
                page.stream()
                        .map(Row::event)
                        .sorted(
                                Comparator.comparing(Event::at)
                                        .thenComparingInt(TimelinePage::place))
                        .toList(),
                page.stream()
                        .map(Row::event)
                        .filter(EngagementEvent.Hit.class::isInstance)
                        .map(EngagementEvent.Hit.class::cast)
                        .filter(hit -> verdicts.isOverruled(id, hit))
                        .collect(Collectors.toUnmodifiableSet()),
                more
                        ? Optional.of(HexFormat.of().formatHex(page.getLast().cursor()))
                        : Optional.empty());
    }

    private static List<Row> read(Rows rows, RecipientId id, byte[] after, int limit) {
        List<Row> found = new ArrayList<>();
        byte[] prefix = Keys.recipient(id);
        rows.scan(
                Table.TIMELINE,
                prefix,
                after.length == 0 ? prefix : behind(prefix, after),
                (key, value) ->
                        found.add(
                                        new Row(
                                                Arrays.copyOfRange(key, RECIPIENT, key.length),
                                                EventCodec.decode(ByteBuffer.wrap(value))))
                                && found.size() < limit);
        return found;
    }

    /** The smallest key behind that of the cursor. */
    private static byte[] behind(byte[] prefix, byte[] cursor) {
        return ByteBuffer.allocate(prefix.length + cursor.length + 1)
                .put(prefix)
                .put(cursor)
                .array();
    }

    /** Of one millisecond: how a copy was made stands before what became of it. */
    private static int place(Event event) {
        return event instanceof DeliveryEvent.Rendered || event instanceof DeliveryEvent.NotTracked
                ? 0
                : 1;
    }
}
