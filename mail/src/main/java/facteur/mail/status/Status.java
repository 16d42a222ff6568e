package facteur.mail.status;

import java.util.Locale;

/** The status that a recipient shows. */
public enum Status {
    SENDING,
    SENT,
    OPENED,
    CLICKED,
    HARD_BOUNCE,
    SOFT_BOUNCE,
    ABANDONED;

    /** The name used in URLs and JSON: {@code hard_bounce}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * First match wins: a hard bounce without a later human hit; a counted click; a counted open; a
     * soft bounce; abandoned; sent; sending.
     *
     * @param robotsIncluded whether hits of machines count
     */
    public static Status of(Delivery delivery, Engagement engagement, boolean robotsIncluded) {
        boolean refused = delivery.state() == Delivery.State.HARD_BOUNCE;
        if (refused && !engagement.lastHuman().isAfter(delivery.at())) {
            return HARD_BOUNCE;
        }
        if (engagement.clicks(robotsIncluded) > 0) {
            return CLICKED;
        }
        if (engagement.opens(robotsIncluded) > 0) {
            return OPENED;
        }
        return switch (delivery.state()) {
            case QUEUED, DEFERRED -> SENDING;
            case DELIVERED -> SENT;
            case SOFT_BOUNCE -> SOFT_BOUNCE;
            case HARD_BOUNCE -> HARD_BOUNCE;
            case ABANDONED -> ABANDONED;
        };
    }
}
