package facteur.store.query;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A page of what happened to one recipient and to the message as a whole, in order.
 *
 * @param overruled those hits that count otherwise than their events say: as a person's that were
 *     taken for a machine's, or the other way round
 * @param next after what the next page is asked for; empty when there is none
 */
public record Timeline(
        List<Event> events, Set<EngagementEvent.Hit> overruled, Optional<String> next) {
    /** Events of a page, unless fewer are asked for. */
    public static final int PAGE = 500;

    /** Octets of a time and a hash. */
    private static final int CURSOR = 16;

    public Timeline {
        events = List.copyOf(events);
        overruled = Set.copyOf(overruled);
    }

    /** Whether a hit of this page counts as a machine's by all that is known now. */
    public boolean isMachine(EngagementEvent.Hit hit) {
        return hit.audience().isMachine() != overruled.contains(hit);
    }

    /** Whether a text names where a page begins. */
    public static boolean isNext(String text) {
        return text.length() == 2 * CURSOR && text.chars().allMatch(HexFormat::isHexDigit);
    }
}
