package facteur.store.fold;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Engagement;
import facteur.store.query.RecipientState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Counts the hits of each recipient one by one, so that a hit costs the same however many there
 * were before it.
 *
 * <p>A hit within a revised span is a machine's, whichever of the two is folded first. The spans of
 * a recipient are kept as their union ({@link Table#REVISIONS}), so a revision looks at the
 * timeline only where no revision has looked before: over all revisions each hit is read again once
 * at most. What a rule took for a machine's, probably, is a person's where that rule was seen to be
 * wrong ({@link Table#RECOGNISED}), unless it was revised. Two things can shrink when hits are
 * revised, and cannot be subtracted: who followed a link, for which {@link Table#CLICKS} counts by
 * recipient and link; and the last hit of a person, for which {@link Table#HUMANS} keeps the
 * earlier ones. The last one itself stands in the recipient's row: most have one only, and no
 * further row.
 */
final class HitFold {
    private final Rows rows;
    private final Sums sums;
    private final Timelines timelines;
    private final HitVerdicts verdicts;

    HitFold(Rows rows, Sums sums, Timelines timelines) {
        this.rows = rows;
        this.sums = sums;
        this.timelines = timelines;
        this.verdicts = new HitVerdicts(rows);
    }

    /**
     * Adds an open or a click to a recipient's row.
     *
     * @return what the row's engagement becomes
     */
    Engagement add(RecipientId id, RecipientState row, EngagementEvent.Hit hit) {
        boolean machine = verdicts.isMachine(id, row, hit);
        if (hit instanceof EngagementEvent.Clicked click) {
            row.origin().ifPresent(origin -> link(id, origin.campaign(), click, machine));
        }
        Engagement before = row.engagement();
        Instant lastHuman = machine ? before.lastHuman() : human(id, before.lastHuman(), hit.at());
        return EngagementFold.add(before, hit, machine, lastHuman);
    }

    /** Counts as a person's what a rule took for a machine's; once for each rule. */
    Engagement recognise(RecipientId id, RecipientState row, EngagementEvent.Recognised event) {
        if (verdicts.isRecognised(id, event.rule())) {
            return row.engagement();
        }
        List<EngagementEvent.Hit> wrong = new ArrayList<>();
        timelines.each(
                id,
                past -> {
                    if (past instanceof EngagementEvent.Hit hit
                            && hit.reasons().contains(event.rule())
                            && verdicts.isMachine(id, row, hit)) {
                        wrong.add(hit);
                    }
                });
        rows.put(Table.RECOGNISED, Keys.rule(id, event.rule()), new byte[0]);
        wrong.removeIf(hit -> verdicts.isMachine(id, row, hit));
        Engagement engagement = row.engagement();
        for (EngagementEvent.Hit hit : wrong) {
            engagement = recognise(id, row, engagement, hit);
        }
        return engagement;
    }

    private Engagement recognise(
            RecipientId id, RecipientState row, Engagement before, EngagementEvent hit) {
        int opens = hit instanceof EngagementEvent.Opened open ? 1 + open.repeats() : 0;
        int clicks = hit instanceof EngagementEvent.Clicked click ? 1 + click.repeats() : 0;
        if (hit instanceof EngagementEvent.Clicked click) {
            move(id, row, click, clicks);
        }
        return EngagementFold.revised(
                before, -opens, -clicks, human(id, before.lastHuman(), hit.at()));
    }

    /** Counts clicks on a link as those of people, or as a machine's where they are negative. */
    private void move(RecipientId id, RecipientState row, EngagementEvent.Clicked click, int hits) {
        row.origin()
                .filter(origin -> !Numbers.isNone(origin.campaign()))
                .ifPresent(origin -> count(id, origin.campaign(), click, new ClickRow(hits, 0)));
    }

    /** Keeps the hit of a person, and answers the last one. */
    private Instant human(RecipientId id, Instant last, Instant at) {
        if (at.isAfter(last)) {
            if (!last.equals(Instant.EPOCH)) {
                rows.put(Table.HUMANS, Keys.moment(id, last.toEpochMilli()), new byte[0]);
            }
            return at;
        }
        if (at.toEpochMilli() != last.toEpochMilli()) {
            rows.put(Table.HUMANS, Keys.moment(id, at.toEpochMilli()), new byte[0]);
        }
        return last;
    }

    /** Counts a click for its link; places in unrelated messages are unrelated links. */
    private void link(
            RecipientId id, long campaign, EngagementEvent.Clicked click, boolean machine) {
        if (!Numbers.isNone(campaign)) {
            int hits = 1 + click.repeats();
            count(id, campaign, click, new ClickRow(machine ? 0 : hits, hits));
        }
    }

    private void count(
            RecipientId id, long campaign, EngagementEvent.Clicked click, ClickRow more) {
        byte[] key = Keys.click(id, click.link());
        ClickRow before = rows.get(Table.CLICKS, key).map(ClickRow::decode).orElse(ClickRow.NONE);
        ClickRow after = before.plus(more);
        rows.put(Table.CLICKS, key, after.encode());
        sums.links(
                Map.of(
                        new LinkRow.Key(campaign, click.link()),
                        LinkRow.change(click.target(), before, after)));
    }

    /** The clicks of a recipient whose message was not known when they came. */
    void messageKnown(RecipientId id, RecipientState row, EngagementEvent.Clicked click) {
        boolean machine = verdicts.isMachine(id, row, click);
        row.origin().ifPresent(origin -> link(id, origin.campaign(), click, machine));
    }

    /** Counts the hits of a span as a machine's, those that are known and those to come. */
    Engagement revise(RecipientId id, RecipientState row, EngagementEvent.Revised event) {
        HitVerdicts.Span span =
                new HitVerdicts.Span(event.from().toEpochMilli(), event.until().toEpochMilli());
        if (span.from() > span.until()) {
            return row.engagement();
        }
        Engagement engagement = row.engagement();
        for (HitVerdicts.Span gap : join(id, span)) {
            engagement = revise(id, row, engagement, gap);
        }
        return engagement;
    }

    private Engagement revise(
            RecipientId id, RecipientState row, Engagement before, HitVerdicts.Span gap) {
        int[] opens = {0};
        int[] clicks = {0};
        timelines.each(
                id,
                gap.from(),
                gap.until(),
                event -> {
                    switch (event) {
                        case EngagementEvent.Opened e when !verdicts.isMachine(id, e) ->
                                opens[0] += 1 + e.repeats();
                        case EngagementEvent.Clicked e when !verdicts.isMachine(id, e) -> {
                            clicks[0] += 1 + e.repeats();
                            move(id, row, e, -1 - e.repeats());
                        }
                        case Event _ -> {} // no hit, or a machine's already
                    }
                });
        forgetHumans(id, gap);
        Instant last = before.lastHuman();
        return EngagementFold.revised(
                before,
                opens[0],
                clicks[0],
                !last.equals(Instant.EPOCH) && gap.holds(last.toEpochMilli())
                        ? lastKept(id)
                        : last);
    }

    private void forgetHumans(RecipientId id, HitVerdicts.Span gap) {
        List<byte[]> over = new ArrayList<>();
        rows.scan(
                Table.HUMANS,
                Keys.recipient(id),
                Keys.moment(id, gap.from()),
                (key, _) -> gap.until() >= Keys.millis(key) && over.add(key));
        over.forEach(key -> rows.delete(Table.HUMANS, key));
    }

    /** Takes the last of the kept hits of people. */
    private Instant lastKept(RecipientId id) {
        List<byte[]> last = new ArrayList<>(1);
        byte[] prefix = Keys.recipient(id);
        rows.scanBack(
                Table.HUMANS,
                prefix,
                Keys.behind(prefix),
                (key, _) -> {
                    last.add(key);
                    return false;
                });
        if (last.isEmpty()) {
            return Instant.EPOCH;
        }
        rows.delete(Table.HUMANS, last.getFirst());
        return Instant.ofEpochMilli(Keys.millis(last.getFirst()));
    }

    /** Adds a span to the union, and answers the parts of it that were not in it yet. */
    private List<HitVerdicts.Span> join(RecipientId id, HitVerdicts.Span added) {
        List<HitVerdicts.Span> gaps = new ArrayList<>();
        List<byte[]> swallowed = new ArrayList<>();
        long[] from = {added.from()};
        long[] end = {added.until()}; // what lies between it and the known spans behind is a gap
        long[] until = {added.until()};
        rows.scanBack(
                Table.REVISIONS,
                Keys.recipient(id),
                Keys.moment(id, added.until() + 1),
                (key, value) -> {
                    HitVerdicts.Span known = HitVerdicts.span(key, value);
                    if (known.until() < added.from()) {
                        return false; // spans are apart, so all before it end sooner still
                    }
                    if (known.until() < end[0]) {
                        gaps.add(new HitVerdicts.Span(known.until() + 1, end[0]));
                    }
                    end[0] = known.from() - 1;
                    from[0] = Math.min(from[0], known.from());
                    until[0] = Math.max(until[0], known.until());
                    swallowed.add(key);
                    return true;
                });
        if (end[0] >= added.from()) {
            gaps.add(new HitVerdicts.Span(added.from(), end[0]));
        }
        swallowed.forEach(key -> rows.delete(Table.REVISIONS, key));
        rows.put(Table.REVISIONS, Keys.moment(id, from[0]), Keys.contact(until[0]));
        return gaps;
    }

    /** Forgets all that is kept of a recipient's hits. */
    void forget(RecipientId id) {
        for (Table table : List.of(Table.CLICKS, Table.HUMANS, Table.REVISIONS, Table.RECOGNISED)) {
            List<byte[]> keys = new ArrayList<>();
            rows.scan(table, Keys.recipient(id), (key, _) -> keys.add(key));
            keys.forEach(key -> rows.delete(table, key));
        }
    }
}
