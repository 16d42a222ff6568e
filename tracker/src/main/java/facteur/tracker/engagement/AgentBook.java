package facteur.tracker.engagement;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What user agents give away, each looked up in the rules once: there are few, and the rules ask
 * for a hundred words. Belongs to one thread.
 */
final class AgentBook {
    private static final int MOST = 4_096;

    private final LinkedHashMap<String, Entry> known = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable RobotRules rules;

    /**
     * @param rule that matches; empty for what may be a person's
     * @param family all that is kept of the agent
     */
    record Entry(Optional<RobotRules.AgentRule> rule, String family) {}

    @SuppressWarnings("ReferenceEquality") // asked for each hit, and a reload makes other rules
    Entry of(String agent, RobotRules now) {
        if (rules != now) {
            known.clear();
            rules = now;
        }
        Entry entry = known.get(agent);
        if (entry == null) {
            entry = new Entry(now.agentRule(agent), AgentFamily.family(agent));
            known.put(agent, entry);
            if (known.size() > MOST) {
                known.remove(known.firstEntry().getKey());
            }
        }
        return entry;
    }
}
