package facteur.mta.disposition;

import java.time.Duration;

/** What a refusal asks of the egress path it came over, besides the recipient. */
public sealed interface PathEffect {
    record None() implements PathEffect {}

    /** Fewer connections and messages on this path for a while. */
    record Slow(Duration time) implements PathEffect {}

    /** Fewer messages to this site for a while, from any source. */
    record SlowSite(Duration time) implements PathEffect {}

    /** No mail from this source to this site for a while; another source may take over. */
    record Rest(Duration time) implements PathEffect {}

    /** No mail to this site for a while, from any source. */
    record Suspend(Duration time) implements PathEffect {}

    /** For a while the other hosts of the site are tried before this one. */
    record AvoidHost(Duration time) implements PathEffect {}
}
