package facteur.server;

import facteur.admin.control.RuleDesk;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.store.view.Views;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.engagement.Verdict;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What robot rules would have made of the hits that are stored. Changes nothing. */
final class RobotsTrial {
    private static final int MOST = 10_000;

    private final RobotRules rules;
    private final Map<RuleDesk.Change, Long> changes = new HashMap<>();
    private long hits;

    private RobotsTrial(RobotRules rules) {
        this.rules = rules;
    }

    static RuleDesk.Trial run(Views views, RobotRules rules, Instant since) {
        RobotsTrial trial = new RobotsTrial(rules);
        new StoredTimelines(views).since(since, _ -> true, trial::event);
        List<RuleDesk.Change> byCount =
                trial.changes.entrySet().stream()
                        .map(e -> e.getKey().times(e.getValue()))
                        .sorted(Comparator.comparingLong(RuleDesk.Change::count).reversed())
                        .toList();
        return new RuleDesk.Trial(rules.date().toString(), trial.hits, byCount);
    }

    private void event(Event event) {
        switch (event) {
            case EngagementEvent.Opened e ->
                    compare("opened", e.agent(), e.audience(), e.reasons(), e.repeats());
            case EngagementEvent.Clicked e ->
                    compare("clicked", e.agent(), e.audience(), e.reasons(), e.repeats());
            case Event _ -> {}
        }
    }

    private void compare(
            String what, String agent, Audience was, Set<String> reasons, int repeats) {
        long count = 1L + repeats;
        hits += count;
        Verdict now = rules.again(reasons, agent);
        if (now.audience() != was && changes.size() < MOST) {
            changes.merge(
                    new RuleDesk.Change(
                            what + " by " + agent,
                            verdict(was, reasons),
                            verdict(now.audience(), now.reasons()),
                            1),
                    count,
                    Long::sum);
        }
    }

    private static String verdict(Audience audience, Set<String> reasons) {
        String name = audience.name().toLowerCase(Locale.ROOT);
        return reasons.isEmpty()
                ? name
                : name + " by " + String.join(", ", reasons.stream().sorted().toList());
    }
}
