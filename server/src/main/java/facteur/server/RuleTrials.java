package facteur.server;

import facteur.admin.control.RuleTester;
import facteur.mail.outcome.Stage;
import facteur.mta.disposition.BounceRules;
import facteur.store.Store;
import facteur.tracker.engagement.RobotRules;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Rules tried on a reply, or on what was recorded, before they are in force. */
final class RuleTrials implements RuleTester {
    private final ActiveConfiguration configuration;
    private final Store store;

    RuleTrials(ActiveConfiguration configuration, Store store) {
        this.configuration = configuration;
        this.store = store;
    }

    @Override
    public Optional<Ruling> classify(String stage, String reply) {
        return Arrays.stream(Stage.values())
                .filter(known -> known.name().equalsIgnoreCase(stage))
                .findFirst()
                .map(at -> configuration.classifier().classify(at, Optional.empty(), reply))
                .map(
                        ruling ->
                                new Ruling(
                                        ruling.meaning().key(),
                                        ruling.category().key(),
                                        ruling.rule()));
    }

    @Override
    public Trial dryRun(String yaml, Instant since) throws BadRules {
        try {
            BounceRules rules =
                    yaml.isEmpty()
                            ? configuration.classifier().rules()
                            : RulesFile.parse(yaml, "rules on trial");
            return RulesTrial.run(store.views().messages(), rules, since);
        } catch (RulesFile.Bad e) {
            throw new BadRules(String.join("; ", e.problems()), e);
        }
    }

    @Override
    public Trial dryRunRobots(String yaml, Instant since) throws BadRules {
        try {
            RobotRules rules =
                    yaml.isEmpty() ? configuration.robots() : RobotRules.read(yaml, "robots.yaml");
            return RobotsTrial.run(store.views().messages(), rules, since);
        } catch (IllegalArgumentException e) {
            throw new BadRules(String.valueOf(e.getMessage()), e);
        }
    }
}
