package facteur.store.fold;

import facteur.mail.event.EngagementEvent;
import facteur.mail.status.Engagement;

import java.time.Instant;

/** What single hits add to a recipient's engagement; {@link HitFold} says whose they were. */
final class EngagementFold {
    private EngagementFold() {}

    /**
     * Adds one hit.
     *
     * @param machine whether it counts as a machine's
     * @param lastHuman the last hit of a person, this one included
     */
    static Engagement add(
            Engagement before, EngagementEvent event, boolean machine, Instant lastHuman) {
        return switch (event) {
            case EngagementEvent.Opened e ->
                    opened(before, e.at(), machine, 1 + e.repeats(), lastHuman);
            case EngagementEvent.Clicked e ->
                    clicked(before, e.at(), machine, 1 + e.repeats(), lastHuman);
            case EngagementEvent.Revised _,
                    EngagementEvent.Recognised _,
                    EngagementEvent.Seen _,
                    EngagementEvent.TrackingDeclined _,
                    EngagementEvent.Unsubscribed _ ->
                    before;
        };
    }

    /** Counts so many opens and clicks of people as a machine's from now on. */
    static Engagement revised(Engagement e, int opens, int clicks, Instant lastHuman) {
        return new Engagement(
                e.humanOpens() - opens,
                e.machineOpens() + opens,
                e.humanClicks() - clicks,
                e.machineClicks() + clicks,
                e.firstOpen(),
                e.lastOpen(),
                e.firstClick(),
                e.lastClick(),
                lastHuman);
    }

    private static Engagement opened(
            Engagement e, Instant at, boolean machine, int hits, Instant lastHuman) {
        return new Engagement(
                e.humanOpens() + (machine ? 0 : hits),
                e.machineOpens() + (machine ? hits : 0),
                e.humanClicks(),
                e.machineClicks(),
                earliest(e.firstOpen(), at),
                latest(e.lastOpen(), at),
                e.firstClick(),
                e.lastClick(),
                lastHuman);
    }

    private static Engagement clicked(
            Engagement e, Instant at, boolean machine, int hits, Instant lastHuman) {
        return new Engagement(
                e.humanOpens(),
                e.machineOpens(),
                e.humanClicks() + (machine ? 0 : hits),
                e.machineClicks() + (machine ? hits : 0),
                e.firstOpen(),
                e.lastOpen(),
                earliest(e.firstClick(), at),
                latest(e.lastClick(), at),
                lastHuman);
    }

    private static Instant earliest(Instant known, Instant at) {
        return known.equals(Instant.EPOCH) || at.isBefore(known) ? at : known;
    }

    private static Instant latest(Instant known, Instant at) {
        return at.isAfter(known) ? at : known;
    }
}
