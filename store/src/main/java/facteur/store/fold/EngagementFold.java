package facteur.store.fold;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.status.Engagement;

import java.time.Instant;
import java.util.List;

/** What a set of hits amounts to. */
final class EngagementFold {
    private EngagementFold() {}

    /** Adds one hit. Hits commute; {@link EngagementEvent.Revised} does not, see {@link #of}. */
    static Engagement add(Engagement before, EngagementEvent event) {
        return switch (event) {
            case EngagementEvent.Opened e ->
                    opened(before, e.at(), e.audience().isMachine(), 1 + e.repeats());
            case EngagementEvent.Clicked e ->
                    clicked(before, e.at(), e.audience().isMachine(), 1 + e.repeats());
            case EngagementEvent.Revised _,
                    EngagementEvent.Seen _,
                    EngagementEvent.TrackingDeclined _,
                    EngagementEvent.Unsubscribed _ ->
                    before;
        };
    }

    /** The sum of all hits of a recipient, those that were revised counted as a machine's. */
    static Engagement of(List<EngagementEvent> events) {
        Engagement sum = Engagement.NONE;
        for (EngagementEvent event : settled(events)) {
            sum = add(sum, event);
        }
        return sum;
    }

    /** All hits of a recipient, those that were revised as a machine's. */
    static List<EngagementEvent> settled(List<EngagementEvent> events) {
        List<EngagementEvent.Revised> revisions =
                events.stream()
                        .filter(EngagementEvent.Revised.class::isInstance)
                        .map(EngagementEvent.Revised.class::cast)
                        .toList();
        return events.stream().map(event -> revised(event, revisions)).toList();
    }

    private static EngagementEvent revised(
            EngagementEvent event, List<EngagementEvent.Revised> revisions) {
        boolean applies =
                revisions.stream()
                        .anyMatch(
                                r ->
                                        !event.at().isBefore(r.from())
                                                && !event.at().isAfter(r.until()));
        if (!applies) {
            return event;
        }
        return switch (event) {
            case EngagementEvent.Opened e ->
                    new EngagementEvent.Opened(
                            e.recipient(),
                            e.at(),
                            Audience.MACHINE,
                            e.reasons(),
                            e.agent(),
                            e.repeats());
            case EngagementEvent.Clicked e ->
                    new EngagementEvent.Clicked(
                            e.recipient(),
                            e.at(),
                            Audience.MACHINE,
                            e.reasons(),
                            e.agent(),
                            e.repeats(),
                            e.link(),
                            e.target());
            case EngagementEvent.Revised _,
                    EngagementEvent.Seen _,
                    EngagementEvent.TrackingDeclined _,
                    EngagementEvent.Unsubscribed _ ->
                    event;
        };
    }

    private static Engagement opened(Engagement e, Instant at, boolean machine, int hits) {
        return new Engagement(
                e.humanOpens() + (machine ? 0 : hits),
                e.machineOpens() + (machine ? hits : 0),
                e.humanClicks(),
                e.machineClicks(),
                earliest(e.firstOpen(), at),
                latest(e.lastOpen(), at),
                e.firstClick(),
                e.lastClick(),
                machine ? e.lastHuman() : latest(e.lastHuman(), at));
    }

    private static Engagement clicked(Engagement e, Instant at, boolean machine, int hits) {
        return new Engagement(
                e.humanOpens(),
                e.machineOpens(),
                e.humanClicks() + (machine ? 0 : hits),
                e.machineClicks() + (machine ? hits : 0),
                e.firstOpen(),
                e.lastOpen(),
                earliest(e.firstClick(), at),
                latest(e.lastClick(), at),
                machine ? e.lastHuman() : latest(e.lastHuman(), at));
    }

    private static Instant earliest(Instant known, Instant at) {
        return known.equals(Instant.EPOCH) || at.isBefore(known) ? at : known;
    }

    private static Instant latest(Instant known, Instant at) {
        return at.isAfter(known) ? at : known;
    }
}
