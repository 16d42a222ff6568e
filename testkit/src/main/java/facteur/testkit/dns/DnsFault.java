package facteur.testkit.dns;

import java.time.Duration;

/** What is wrong with the answers for one name, beside what they say. */
public sealed interface DnsFault {
    /** Answers SERVFAIL, as a resolver does when a zone's servers are broken. */
    record ServFail() implements DnsFault {}

    /** Answers, but only after a while. */
    record Slow(Duration delay) implements DnsFault {
        public Slow {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("a DNS answer cannot be delayed by " + delay);
            }
        }
    }

    /** Never answers. */
    record Silent() implements DnsFault {}

    /**
     * Sets TC and leaves the records out over UDP; the whole answer comes over TCP (RFC 1035 4.2.1,
     * RFC 7766).
     */
    record Truncated() implements DnsFault {}
}
