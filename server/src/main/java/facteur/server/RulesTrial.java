package facteur.server;

import facteur.admin.control.RuleTester;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.Meaning;
import facteur.mta.disposition.Ruling;
import facteur.store.query.MessageQueries;

import java.time.Instant;
import java.util.Optional;

/** What rules would have made of the replies that are stored. Changes nothing. */
final class RulesTrial {
    private final BounceClassifier classifier;
    private final TrialChanges changes = new TrialChanges();
    private long replies;

    private RulesTrial(BounceRules rules) {
        this.classifier = new BounceClassifier(rules);
    }

    static RuleTester.Trial run(MessageQueries messages, BounceRules rules, Instant since) {
        RulesTrial trial = new RulesTrial(rules);
        new StoredTimelines(messages)
                .since(since, recipient -> recipient.category().isPresent(), trial::event);
        return new RuleTester.Trial(
                rules.version(), trial.replies, trial.changes.mostFrequentFirst());
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
        if (nowHard != hard || now.category() != was.category()) {
            changes.add(
                    BounceClassifier.wording(reply),
                    reply.toString(),
                    refused(hard, was.category(), was.rule()),
                    refused(nowHard, now.category(), now.rule()),
                    1);
        }
    }

    private static RuleTester.Verdict refused(boolean hard, BounceCategory category, String rule) {
        String meaning = (hard ? Meaning.HARD : Meaning.SOFT).key();
        return new RuleTester.Verdict.Refused(new RuleTester.Ruling(meaning, category.key(), rule));
    }
}
