package facteur.server;

import facteur.admin.control.RuleDesk;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.Meaning;
import facteur.mta.disposition.Ruling;
import facteur.store.view.Views;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What rules would have made of the replies that are stored. Changes nothing. */
final class RulesTrial {
    // Different replies that are told; a change of many is told by its most frequent ones.
    private static final int MOST = 10_000;

    private final BounceClassifier classifier;
    private final Map<RuleDesk.Change, Long> changes = new HashMap<>();
    private long replies;

    private RulesTrial(BounceRules rules) {
        this.classifier = new BounceClassifier(rules);
    }

    static RuleDesk.Trial run(Views views, BounceRules rules, Instant since) {
        RulesTrial trial = new RulesTrial(rules);
        new StoredTimelines(views)
                .since(since, recipient -> recipient.category().isPresent(), trial::event);
        List<RuleDesk.Change> byCount =
                trial.changes.entrySet().stream()
                        .map(e -> e.getKey().times(e.getValue()))
                        .sorted(Comparator.comparingLong(RuleDesk.Change::count).reversed())
                        .toList();
        return new RuleDesk.Trial(rules.version(), trial.replies, byCount);
    }

    private void event(Event event) {
        switch (event) {
            case DeliveryEvent.Ruled ruled -> ruled(ruled);
            case FeedbackEvent.Bounced bounced ->
                    compare(bounced.evidence(), "", bounced.why(), bounced.hard());
            case Event _ -> {}
        }
    }

    private void ruled(DeliveryEvent.Ruled event) {
        String host = event.hop().map(DeliveryEvent.Hop::host).orElse("");
        switch (event.disposition()) {
            case Disposition.HardBounce(var why, var evidence) ->
                    compare(evidence, host, why, true);
            case Disposition.SoftBounce(var why, var evidence) ->
                    compare(evidence, host, why, false);
            case Disposition.Deferred(var why, var evidence, var _) ->
                    compare(evidence, host, why, false);
            case Disposition.Delivered _, Disposition.Abandoned _, Disposition.Withdrawn _ -> {}
        }
    }

    private void compare(Evidence evidence, String host, BounceClass was, boolean hard) {
        if (!(evidence instanceof Evidence.Answered(var stage, var reply))) {
            return; // a fault of ours or of the network; no rule reads it
        }
        replies++;
        Optional<String> speaker = Optional.of(host).filter(name -> !name.isEmpty());
        Ruling now = classifier.classify(stage, speaker, reply);
        boolean nowHard = now.meaning() == Meaning.HARD;
        if ((nowHard != hard || now.category() != was.category()) && changes.size() < MOST) {
            changes.merge(
                    new RuleDesk.Change(
                            reply.toString(),
                            meaning(hard) + " " + was.category().key() + " by " + was.rule(),
                            meaning(nowHard) + " " + now.category().key() + " by " + now.rule(),
                            1),
                    1L,
                    Long::sum);
        }
    }

    private static String meaning(boolean hard) {
        return (hard ? Meaning.HARD : Meaning.SOFT).key();
    }
}
