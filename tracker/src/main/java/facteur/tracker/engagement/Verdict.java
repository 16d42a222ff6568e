package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent.Audience;

import java.util.HashSet;
import java.util.Set;

/**
 * What is thought of a hit.
 *
 * @param reasons ids of the rules that spoke
 */
public record Verdict(Audience audience, Set<String> reasons) {
    public Verdict {
        reasons = Set.copyOf(reasons);
    }

    /** The same with one reason more. */
    Verdict because(String reason) {
        Set<String> more = new HashSet<>(reasons);
        more.add(reason);
        return new Verdict(audience, more);
    }
}
