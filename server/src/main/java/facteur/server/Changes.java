package facteur.server;

import facteur.admin.control.RuleDesk;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What other rules would make of what is stored, counted by kind. */
final class Changes {
    // Kinds that are told; a change of many is told by its most frequent ones.
    private static final int MOST = 10_000;

    private final Map<Kind, RuleDesk.Change> changes = new HashMap<>();

    private record Kind(String alike, RuleDesk.Verdict was, RuleDesk.Verdict would) {}

    /**
     * @param alike what is one kind
     * @param example by which the kind is shown, if it is the first of it
     */
    void add(
            String alike,
            String example,
            RuleDesk.Verdict was,
            RuleDesk.Verdict would,
            long count) {
        Kind kind = new Kind(alike, was, would);
        RuleDesk.Change known = changes.get(kind);
        if (known != null) {
            changes.put(kind, known.times(known.count() + count));
        } else if (changes.size() < MOST) {
            changes.put(kind, new RuleDesk.Change(example, was, would, count));
        }
    }

    List<RuleDesk.Change> mostFrequentFirst() {
        return changes.values().stream()
                .sorted(Comparator.comparingLong(RuleDesk.Change::count).reversed())
                .toList();
    }
}
