package facteur.mail.status;

import java.time.Instant;

/**
 * The engagement axis of one recipient. Times are {@link Instant#EPOCH} when it never happened.
 *
 * @param humanOpens hits of people, image proxies included
 */
public record Engagement(
        int humanOpens,
        int machineOpens,
        int humanClicks,
        int machineClicks,
        Instant firstOpen,
        Instant lastOpen,
        Instant firstClick,
        Instant lastClick,
        Instant lastHuman) {
    public static final Engagement NONE =
            new Engagement(
                    0,
                    0,
                    0,
                    0,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH);

    /** Opens that count; a click implies an open, which {@link Status#of} sees to. */
    public int opens(boolean robotsIncluded) {
        return robotsIncluded ? humanOpens + machineOpens : humanOpens;
    }

    public int clicks(boolean robotsIncluded) {
        return robotsIncluded ? humanClicks + machineClicks : humanClicks;
    }

    /** Whether machines hit it and people did not. */
    public boolean isRobotOnly() {
        return machineOpens + machineClicks > 0 && humanOpens + humanClicks == 0;
    }
}
