package facteur.store.view;

import facteur.mail.event.Event;

import java.util.HexFormat;
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

    /** Octets of a time and a hash. */
    private static final int CURSOR = 16;

    public Timeline {
        events = List.copyOf(events);
    }

    /** Whether a text names where a page begins. */
    public static boolean isNext(String text) {
        return cursor(text).isPresent();
    }

    /** What {@code next} says: the part of a key behind the recipient. */
    static Optional<byte[]> cursor(String next) {
        boolean isHex = next.length() == 2 * CURSOR && next.chars().allMatch(HexFormat::isHexDigit);
        return isHex ? Optional.of(HexFormat.of().parseHex(next)) : Optional.empty();
    }
}
