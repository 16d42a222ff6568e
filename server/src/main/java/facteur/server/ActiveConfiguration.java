package facteur.server;

import facteur.admin.control.EffectiveSettings;
import facteur.config.CredentialSettings;
import facteur.config.Settings;
import facteur.config.TrackingSettings;
import facteur.config.read.SettingsResult;
import facteur.config.yaml.Setting;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.RetrySchedule;
import facteur.server.key.DkimKeyFiles;
import facteur.tracker.engagement.RobotRules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * The settings in force with what is made of them: what a reload swaps, made whole before any of it
 * is in use. At a start the rules are read behind the first greeting.
 *
 * <p>Any thread.
 */
final class ActiveConfiguration {
    private final List<Setting> started;
    private volatile Current current;

    /** All of it, of one reading of the file. */
    private record Current(
            SettingsResult.Good read,
            DkimSigner signer,
            Later<BounceClassifier> rules,
            Later<DispositionPolicy> policy,
            Later<RobotRules> robots) {}

    ActiveConfiguration(SettingsResult.Good read) {
        this.started = read.listed();
        this.current = make(read);
    }

    private static Current make(SettingsResult.Good read) {
        Settings settings = read.settings();
        Later<BounceClassifier> rules =
                new Later<>(() -> new BounceClassifier(RulesFile.load(settings.rules())));
        return new Current(
                read,
                signerOf(settings),
                rules,
                new Later<>(
                        () ->
                                new DispositionPolicy(
                                        rules.get(),
                                        new RetrySchedule(settings.delivery().retry()))),
                new Later<>(() -> TrackerWiring.robots(settings.rules().robots())));
    }

    /**
     * Makes everything of other settings, which are in force once it runs.
     *
     * @throws UncheckedIOException when a file that they name cannot be used
     */
    Runnable prepared(SettingsResult.Good read) {
        Current made = make(read);
        complete(made);
        return () -> current = made;
    }

    /** Makes what was put off. */
    void complete() {
        complete(current);
    }

    private static void complete(Current made) {
        DispositionPolicy _ = made.policy().get();
        RobotRules _ = made.robots().get();
    }

    Settings settings() {
        return current.read().settings();
    }

    DkimSigner signer() {
        return current.signer();
    }

    BounceClassifier classifier() {
        return current.rules().get();
    }

    DispositionPolicy policy() {
        return current.policy().get();
    }

    RobotRules robots() {
        return current.robots().get();
    }

    Duration maxAge(String credential) {
        return settings().credentials().stream()
                .filter(known -> known.user().equals(credential))
                .findFirst()
                .flatMap(CredentialSettings::maxAge)
                .orElse(settings().delivery().maxAge());
    }

    /** The settings as a list, with what waits for a restart. */
    EffectiveSettings listed() {
        return new SettingsInForce(started, () -> current.read().listed());
    }

    /** Which links are rewritten. */
    static LinkRules linkRulesOf(Settings settings) {
        TrackingSettings tracking = settings.tracking();
        return new LinkRules(tracking.sensitiveLinks(), tracking.textLinks());
    }

    /** The signer of the configured keys, and of those made in the data directory. */
    static DkimSigner signerOf(Settings settings) {
        try {
            return new DkimSigner(new DkimKeyFiles(settings.dataDir()).signing(settings.dkim()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
