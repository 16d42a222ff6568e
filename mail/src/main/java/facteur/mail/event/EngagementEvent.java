package facteur.mail.event;

import facteur.mail.message.RecipientId;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** What a reader, or a machine in front of them, did. */
public sealed interface EngagementEvent extends Event {
    /**
     * From a click to when nothing is expected to revise it: a machine that sweeps the links of a
     * message is found out by the links that follow. What acts on clicks waits for this.
     */
    Duration SETTLE = Duration.ofSeconds(10);

    /**
     * The reason of hits that were counted only: so many came for this recipient and link before
     * them that they were not told one by one.
     */
    String SURPLUS = "surplus";

    RecipientId recipient();

    /** Who was it? */
    enum Audience {
        HUMAN,
        /** A person behind an image proxy; the device is unknown. */
        PROXY,
        PROBABLE_MACHINE,
        MACHINE;

        public boolean isMachine() {
            return this == PROBABLE_MACHINE || this == MACHINE;
        }
    }

    /** Something of a message was fetched: its pixel, or what a link leads to. */
    sealed interface Hit extends EngagementEvent {
        /** Who it was, by what was known at the time. */
        Audience audience();

        /** Ids of the robot rules that spoke. */
        Set<String> reasons();

        /** Family of the user agent, such as {@code Chrome}; never the raw text. */
        String agent();

        /**
         * Further equal hits within a minute that were folded into this one; with the reason {@link
         * #SURPLUS} any further hits, over a longer time.
         */
        int repeats();
    }

    /** The pixel was loaded. */
    record Opened(
            RecipientId recipient,
            Instant at,
            Audience audience,
            Set<String> reasons,
            String agent,
            int repeats)
            implements Hit {
        public Opened {
            reasons = Set.copyOf(reasons);
        }
    }

    /**
     * A link was followed.
     *
     * @param link index of the link in the message
     * @param target where it led, without anything the message did not say itself
     */
    record Clicked(
            RecipientId recipient,
            Instant at,
            Audience audience,
            Set<String> reasons,
            String agent,
            int repeats,
            int link,
            String target)
            implements Hit {
        public Clicked {
            reasons = Set.copyOf(reasons);
        }
    }

    /**
     * Hits that were taken for a person's turn out to be a machine's: all of this recipient between
     * two instants.
     */
    record Revised(RecipientId recipient, Instant at, Instant from, Instant until, String reason)
            implements EngagementEvent {}

    /**
     * A person sits where this rule sees machines, probably: it was wrong about this recipient's
     * hits. What is certain, or was revised, stays a machine's.
     *
     * @param rule id of the rule
     */
    record Recognised(RecipientId recipient, Instant at, String rule) implements EngagementEvent {}

    /**
     * Only the day of a hit is kept (hygiene mode), and of all of them only the last.
     *
     * @param at midnight of that day, UTC
     */
    record Seen(RecipientId recipient, Instant at) implements EngagementEvent {}

    /**
     * The recipient does not want to be measured any more; holds for mail that was sent before,
     * too.
     *
     * @param means {@code page}
     */
    record TrackingDeclined(RecipientId recipient, Instant at, String means)
            implements EngagementEvent {}

    /**
     * The recipient unsubscribed.
     *
     * @param means {@code one-click}, {@code page} or {@code mailto}
     */
    record Unsubscribed(RecipientId recipient, Instant at, String means)
            implements EngagementEvent {}
}
