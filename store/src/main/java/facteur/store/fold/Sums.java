package facteur.store.fold;

import facteur.store.journal.Position;
import facteur.store.query.HourCounts;
import facteur.store.query.LinkClicks;
import facteur.store.query.RecipientState;
import facteur.store.query.TallyKey;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a batch adds to every sum. Kept in the heap and written once: a campaign's counters would
 * otherwise be rewritten for every event.
 */
final class Sums {
    private final Rows rows;
    private final Map<TallyKey, TallyRow> tallies = new HashMap<>();
    private final Map<HourRow.Key, HourCounts> hours = new HashMap<>();
    private final Map<LinkRow.Key, LinkClicks> links = new HashMap<>();
    private final Map<Long, SegmentRow> segments = new HashMap<>();

    Sums(Rows rows) {
        this.rows = rows;
    }

    /** A recipient's row changed. */
    void change(RecipientState before, RecipientState after) {
        if (after.origin().isEmpty()) {
            return; // it belongs to no sum while its message is unknown
        }
        tally(before, after);
        HourRow.of(before)
                .forEach((hour, row) -> hours.merge(hour, row.negated(), HourCounts::plus));
        HourRow.of(after).forEach((hour, row) -> hours.merge(hour, row, HourCounts::plus));
    }

    private void tally(RecipientState before, RecipientState after) {
        add(TallyKeys.of(before), TallyRow.of(before), -1);
        add(TallyKeys.of(after), TallyRow.of(after), 1);
    }

    private void add(List<TallyKey> keys, TallyRow one, int times) {
        for (TallyKey key : keys) {
            tallies.computeIfAbsent(key, _ -> TallyRow.zero()).add(one, times);
        }
    }

    void links(Map<LinkRow.Key, LinkClicks> added) {
        added.forEach((link, row) -> links.merge(link, row, LinkClicks::plus));
    }

    /**
     * A message that was accepted at {@code at} has octets in these segments, most of them in the
     * last.
     */
    void holds(Position first, Position last, Instant at, long octets) {
        segments(first, last, new SegmentRow(at, 0, 0));
        segments(last, last, new SegmentRow(at, 0, octets));
    }

    /** So many more recipients are owed what lies in these segments. */
    void owes(Position first, Position last, int more) {
        segments(first, last, new SegmentRow(Instant.EPOCH, more, 0));
    }

    private void segments(Position first, Position last, SegmentRow more) {
        for (long segment = first.segment(); segment <= last.segment(); segment++) {
            segments.merge(segment, more, SegmentRow::plus);
        }
    }

    /** Adds everything to the rows. */
    void write() {
        tallies.forEach(
                (sum, change) -> {
                    byte[] key = TallyKeys.octets(sum);
                    TallyRow row =
                            known(Table.TALLIES, key, TallyRow::decode).orElseGet(TallyRow::zero);
                    row.add(change, 1);
                    put(Table.TALLIES, key, row.isZero(), row.encode());
                });
        hours.forEach(
                (hour, change) -> {
                    HourCounts counts =
                            known(Table.HOURS, hour.key(), HourRow::decode)
                                    .orElse(HourCounts.ZERO)
                                    .plus(change);
                    put(
                            Table.HOURS,
                            hour.key(),
                            counts.equals(HourCounts.ZERO),
                            HourRow.encode(counts));
                });
        links.forEach(
                (link, change) -> {
                    LinkClicks clicks =
                            known(Table.LINKS, link.key(), LinkRow::decode)
                                    .map(before -> before.plus(change))
                                    .orElse(change);
                    put(Table.LINKS, link.key(), false, LinkRow.encode(clicks));
                });
        segments.forEach(
                (segment, change) -> {
                    byte[] key = Keys.segment(segment);
                    SegmentRow row =
                            known(Table.SEGMENTS, key, SegmentRow::decode)
                                    .orElse(SegmentRow.NONE)
                                    .plus(change);
                    put(Table.SEGMENTS, key, false, row.encode());
                });
    }

    private <R> Optional<R> known(Table table, byte[] key, Function<byte[], R> decode) {
        return rows.get(table, key).map(decode);
    }

    private void put(Table table, byte[] key, boolean isNothing, byte[] row) {
        if (isNothing) {
            rows.delete(table, key);
        } else {
            rows.put(table, key, row);
        }
    }
}
