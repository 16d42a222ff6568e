package facteur.mta.delivery.dialogue;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which send modes a host supports in practice.
 *
 * @param allowed those that may be used where the host announces them
 * @param shown those of them that have worked with this host: what goes wrong then is not about
 *     them
 * @param depth messages that the host has been seen to take on one connection
 * @param most messages to be given to it on one connection
 */
public record Habits(Set<SendMode> allowed, Set<SendMode> shown, int depth, int most) {
    /** Of a host that has shown everything. */
    public static final Habits PROVEN =
            new Habits(
                    EnumSet.allOf(SendMode.class),
                    EnumSet.allOf(SendMode.class),
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE);

    public Habits {
        allowed = Set.copyOf(allowed);
        shown = Set.copyOf(shown);
    }

    boolean isUnproven(SendMode sendMode) {
        return sendMode.isHabit() && !shown.contains(sendMode);
    }
}
