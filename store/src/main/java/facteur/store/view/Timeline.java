package facteur.store.view;

import facteur.mail.event.Event;

import java.util.List;
import java.util.Optional;

/**
 * A page of what happened to one recipient and to the message as a whole, in order.
 *
 * @param next after what the next page is asked for; empty when there is none
 */
public record Timeline(List<Event> events, Optional<String> next) {
    /** Events of a page, unless fewer are asked for. */
    public static final int PAGE = 500;

    public Timeline {
        events = List.copyOf(events);
    }
}
