package facteur.server;

import facteur.admin.control.RuleTester;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What other rules would make of what is stored, counted by kind. */
final class TrialChanges {
    // Kinds that are told; a change of many is told by its most frequent ones.
    private static final int MOST = 10_000;

    private final Map<Kind, RuleTester.Change> changes = new HashMap<>();

    private record Kind(String alike, RuleTester.Verdict was, RuleTester.Verdict would) {}

    /**
     * @param alike what is one kind
     * @param example by which the kind is shown, if it is the first of it
     */
    void add(
            String alike,
            String example,
            RuleTester.Verdict was,
            RuleTester.Verdict would,
            long count) {
        Kind kind = new Kind(alike, was, would);
        RuleTester.Change known = changes.get(kind);
        if (known != null) {
            changes.put(kind, known.times(known.count() + count));
        } else if (changes.size() < MOST) {
            changes.put(kind, new RuleTester.Change(example, was, would, count));
        }
    }

    List<RuleTester.Change> mostFrequentFirst() {
        return changes.values().stream()
                .sorted(Comparator.comparingLong(RuleTester.Change::count).reversed())
                .toList();
    }
}
