package facteur.mta.shaping;

import java.time.Duration;

/** What an answer says about the egress path that it came over. */
public sealed interface PathSignal {
    /** The site took a message. */
    record Taken() implements PathSignal {}

    /**
     * An answer about one recipient, one mailbox or one message, or greylisting. The site works;
     * how much it accepts is not said.
     */
    record Unrelated() implements PathSignal {}

    /**
     * A transient refusal of which it is not known what it concerns. One of them is one deferral;
     * many of the last answers together concern the path.
     */
    record Unclear(String cause) implements PathSignal {}

    /** The site says that it gets too many messages. */
    record TooFast(String cause) implements PathSignal {}

    /** The site says that it accepts no more connections. */
    record TooManyConnections(String cause) implements PathSignal {}

    /**
     * The site says that it takes nothing from this source for a while.
     *
     * @param atMost the pause that the site publishes: the longest that a suspension becomes
     */
    record Blocked(Duration atMost, String cause) implements PathSignal {}
}
