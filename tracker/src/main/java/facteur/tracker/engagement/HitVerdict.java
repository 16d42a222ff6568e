package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent.Audience;

import java.util.HashSet;
import java.util.Set;

/**
 * What is thought of a hit.
 *
 * @param reasons ids of the rules that spoke
 */
public record HitVerdict(Audience audience, Set<String> reasons) {
    static final String TOO_SOON_REASON = "too-soon";

    /** The reason of what a source does that was seen to sweep the links of a copy. */
    static final String BURST_REASON = "burst";

    public HitVerdict {
        reasons = Set.copyOf(reasons);
    }

    /** The same with one reason more. */
    HitVerdict because(String reason) {
        Set<String> more = new HashSet<>(reasons);
        more.add(reason);
        return new HitVerdict(audience, more);
    }
}
