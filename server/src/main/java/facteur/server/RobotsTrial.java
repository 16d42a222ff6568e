package facteur.server;

import facteur.admin.control.RuleTester;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.store.query.MessageQueries;
import facteur.tracker.engagement.HitVerdict;
import facteur.tracker.engagement.RobotRules;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** What robot rules would have made of the hits that are stored. Changes nothing. */
final class RobotsTrial {
    private final RobotRules rules;
    private final TrialChanges changes = new TrialChanges();
    private long hits;

    private RobotsTrial(RobotRules rules) {
        this.rules = rules;
    }

    static RuleTester.Trial run(MessageQueries messages, RobotRules rules, Instant since) {
        RobotsTrial trial = new RobotsTrial(rules);
        new StoredTimelines(messages).since(since, _ -> true, trial::event);
        return new RuleTester.Trial(
                rules.date().toString(), trial.hits, trial.changes.mostFrequentFirst());
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
        HitVerdict now = rules.again(reasons, agent);
        if (now.audience() != was) {
            String hit = what + " by " + agent;
            changes.add(
                    hit, hit, verdict(was, reasons), verdict(now.audience(), now.reasons()), count);
        }
    }

    private static RuleTester.Verdict verdict(Audience audience, Set<String> reasons) {
        return new RuleTester.Verdict.Seen(
                audience.name().toLowerCase(Locale.ROOT), reasons.stream().sorted().toList());
    }
}
