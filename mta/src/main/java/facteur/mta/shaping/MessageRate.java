package facteur.mta.shaping;

import facteur.config.unit.Rate;

import java.time.Duration;
import java.time.Instant;

/**
 * How many messages a second a path gives: a control loop around what the site was shown to accept.
 *
 * <pre>
 *            too fast, believed                     a window without evidence, the pause is over
 *   preset ---------------------> lowered --------> raised (a probe) --------> ... ---> preset
 *                                   ^   ^             |      | good: the next rise
 *                                   |   +-------------+ <----+
 *                                   |    too fast: back, and the pause doubles
 *                                   +--- too fast again: lowered again
 * </pre>
 *
 * <ul>
 *   <li>Believed is a refusal that names the rate, or {@link AnswerWindow#MANY} unclear refusals of
 *       the last {@link AnswerWindow#LATEST} answers. Only answers to messages given since the last
 *       change count, so one change is one lesson.
 *   <li>Lowered means {@value #SAFE} of what the site took a second while more waited; where that
 *       is not known, half. Never by more than {@value #DEEPEST} at once, and never below {@value
 *       #FLOOR} of the preset: what bears less is suspended and probed instead, see {@link
 *       Suspension}.
 *   <li>A lowered rate rises by a quarter after {@link #FIRST_PAUSE}, and again with each good
 *       window. A rise that fails is taken back and the pause doubles; later rises are a tenth.
 *   <li>A lower rate that leaves the share of unclear refusals as it was did not help: they are not
 *       about the rate. The rate is restored and that share is what is usual at this site.
 * </ul>
 */
final class MessageRate {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
    static final double FLOOR = 0.005;
    static final double SAFE = 0.95;
    static final double DEEPEST = 0.125;

    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration SHORTEST_STEP = Duration.ofSeconds(2);
    // A lower rate that held for so many pauses is another matter than the one before.
    private static final int LONG_AGO = 4;
    // Below these a window says too little of a share.
    private static final int FEWEST = 10;
    private static final double FAST_RISE = 1.25;
    private static final double SLOW_RISE = 1.1;
    // While a rate is kept low, so many refusals that name the rate are chance.
    private static final double USUAL_TOO_FAST = 0.03;
    private static final double UNUSUAL = 0.05;
    private static final double MUCH_MORE = 0.25;
    private static final double MUCH_LOWER = 0.7;
    private static final double AS_MANY = 0.9;
    // More than this is learnt as usual only where a lower rate did not help.
    private static final double ORDINARY = 0.15;

    private final double preset;
    private final TokenBucket bucket;
    private final AnswerWindow window = new AnswerWindow();
    private double rate;
    // The rate before the last change, and the share of refusals that led to it.
    private double before;
    private double shareAtStep;
    private boolean wasUnclear;
    private boolean probing;
    private Instant changedAt = Instant.EPOCH;
    private Duration pause = FIRST_PAUSE;
    private Instant nextRise = Instant.EPOCH;
    // Unclear refusals that this site gives whatever the rate, as a share of its answers.
    private double usual;
    private String cause = "";

    MessageRate(Rate preset) {
        this.preset = preset.perSecond();
        this.rate = this.preset;
        this.before = this.preset;
        this.bucket = new TokenBucket(this.preset);
    }

    /** What an answer led to. */
    enum Change {
        NONE,
        LOWERED,
        /** Nothing at all is taken: a lower rate would not help. */
        CLOSED
    }

    /** When the next message may be given; not after {@code now} when at once. */
    Instant next(Instant now) {
        return bucket.next(now);
    }

    void gave(Instant now) {
        bucket.take(now);
    }

    double perSecond() {
        return rate;
    }

    boolean isLowered() {
        return rate < preset;
    }

    /** The reply that last lowered it; empty while it is the preset's. */
    String cause() {
        return isLowered() ? cause : "";
    }

    /** When it may rise again, at the earliest. */
    Instant nextRise() {
        return nextRise;
    }

    /**
     * @param backlog whether more mail waits for the path
     */
    void taken(Instant given, boolean backlog, Instant now) {
        if (window.admits(given)) {
            window.taken(backlog, now);
            closeWindow(now);
        }
    }

    /** A refusal that names the rate. */
    Change tooFast(Instant given, String said, Instant now) {
        if (!window.admits(given)) {
            return Change.NONE;
        }
        window.tooFast(now);
        int needed = isLowered() ? Math.max(2, (int) (window.answers() * USUAL_TOO_FAST) + 1) : 1;
        return window.tooFast() >= needed && mayStep(now) ? lower(said, false, now) : closed(now);
    }

    /** A refusal of which it is not known what it concerns. */
    Change unclear(Instant given, String said, Instant now) {
        if (!window.admits(given)) {
            return Change.NONE;
        }
        window.unclear(now);
        boolean failedProbe =
                probing
                        && window.unclear() >= FEWEST / 2
                        && window.refusedShare() > 2 * usual + UNUSUAL;
        boolean believed = window.isMost() && window.latestShare() > usual + MUCH_MORE;
        return (believed || failedProbe) && mayStep(now) ? lower(said, true, now) : closed(now);
    }

    /** One step, and then time enough to see what the site accepts. */
    private boolean mayStep(Instant now) {
        return !isLowered() || !now.isBefore(changedAt.plus(SHORTEST_STEP));
    }

    private Change closed(Instant now) {
        closeWindow(now);
        return Change.NONE;
    }

    private Change lower(String said, boolean unclear, Instant now) {
        if (window.isAllRefused() && window.taken() == 0) {
            window.restart(now);
            return Change.CLOSED;
        }
        double borne = window.borne(now);
        double wanted = borne > 0 ? Math.min(borne, rate) * SAFE : rate / 2;
        boolean failedRise = now.isBefore(changedAt.plus(pause.multipliedBy(2))) && isRisen();
        if (failedRise) {
            wanted = Math.min(wanted, before);
        }
        if (failedRise) {
            pause = doubled(pause);
        } else if (!now.isBefore(changedAt.plus(pause.multipliedBy(LONG_AGO)))) {
            pause = FIRST_PAUSE;
        }
        shareAtStep = Math.max(window.refusedShare(), window.latestShare());
        wasUnclear = unclear;
        cause = said;
        change(Math.max(Math.max(wanted, rate * DEEPEST), preset * FLOOR), now);
        probing = false;
        nextRise = now.plus(pause);
        return Change.LOWERED;
    }

    private boolean isRisen() {
        return rate > before;
    }

    private static Duration doubled(Duration time) {
        Duration twice = time.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private void change(double perSecond, Instant now) {
        before = rate;
        set(Math.min(preset, perSecond));
        changedAt = now;
        window.restart(now);
    }

    private void set(double perSecond) {
        rate = perSecond;
        bucket.pace(perSecond);
    }

    /** A window without evidence against the rate has ended, if it is long enough. */
    private void closeWindow(Instant now) {
        if (window.age(now).compareTo(WINDOW) < 0 || window.answers() < FEWEST) {
            return;
        }
        if (didNotHelp()) {
            usual = window.refusedShare();
            wasUnclear = false;
            change(before, now);
            return;
        }
        if (window.refusedShare() <= ORDINARY) {
            usual += 0.3 * ((double) window.unclear() / window.answers() - usual);
        }
        wasUnclear = false;
        probing = false;
        if (isLowered() && !now.isBefore(nextRise)) {
            change(rate * (pause.equals(FIRST_PAUSE) ? FAST_RISE : SLOW_RISE), now);
            probing = true;
        } else {
            window.next(now);
        }
    }

    /** Whether a much lower rate left the share of refusals as it was. */
    private boolean didNotHelp() {
        return wasUnclear
                && rate <= MUCH_LOWER * before
                && shareAtStep < 1
                && window.refusedShare() >= AS_MANY * shareAtStep;
    }

    /** Back to the preset, as an operator orders. */
    void release(Instant now) {
        pause = FIRST_PAUSE;
        probing = false;
        change(preset, now);
    }

    /** Goes on from what an earlier run recorded. */
    void restore(double perSecond, String said, Instant now) {
        set(Math.clamp(perSecond, preset * FLOOR, preset));
        cause = said;
        nextRise = now.plus(FIRST_PAUSE);
    }
}
