package facteur.mta.simulation;

import facteur.testkit.receiver.ReceiverModel;
import facteur.testkit.receiver.SiteAnswer;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A site that has a habit of its own, and for a while troubles: it refuses, defers, says nothing,
 * or hangs up at any step, also when it has just taken a message. Addresses that begin with {@code
 * bad} it never knows.
 */
final class TroubledSite extends ReceiverModel {
    private final ReceiverModel habit;
    private final RandomGenerator random;
    private final BooleanSupplier troubled;
    private final boolean chunking;
    private final Set<String> refused = new HashSet<>();

    TroubledSite(ReceiverModel habit, RandomGenerator random, BooleanSupplier troubled) {
        super(habit.name());
        this.habit = habit;
        this.random = random;
        this.troubled = troubled;
        this.chunking = random.nextInt(3) == 0;
    }

    /** Whether it never refused the address for good. */
    boolean wants(String address) {
        return !refused.contains(address);
    }

    private boolean fails(int oneIn) {
        return troubled.getAsBoolean() && random.nextInt(oneIn) == 0;
    }

    private SiteAnswer trouble() {
        return switch (random.nextInt(5)) {
            case 0 -> new SiteAnswer(421, "4.3.2 shutting down", true);
            case 1 -> new SiteAnswer(451, "4.3.0 local error", false);
            case 2 -> new SiteAnswer(452, "4.3.1 out of space", false);
            case 3 -> new SiteAnswer(0, "", false); // silence
            default -> new SiteAnswer(0, "", true); // hangs up
        };
    }

    @Override
    public int hosts() {
        return habit.hosts();
    }

    @Override
    public boolean isReachable(int host, Instant now) {
        return !fails(10) && habit.isReachable(host, now);
    }

    @Override
    public SiteAnswer greeting(int open, Instant now) {
        return fails(15) ? trouble() : habit.greeting(open, now);
    }

    @Override
    public SiteAnswer mail(int messages, Instant now) {
        return fails(20) ? trouble() : habit.mail(messages, now);
    }

    @Override
    public SiteAnswer rcpt(String address, Instant now) {
        if (address.startsWith("bad") || fails(40)) {
            refused.add(address);
            return new SiteAnswer(550, "5.1.1 no such user", false);
        }
        return fails(20) ? trouble() : habit.rcpt(address, now);
    }

    @Override
    public SiteAnswer dot(String address, Instant now) {
        return fails(15) ? trouble() : habit.dot(address, now);
    }

    @Override
    public boolean offersChunking() {
        return chunking;
    }

    @Override
    public boolean cutsContent(Instant now) {
        return fails(30);
    }

    @Override
    public boolean losesAnswer(Instant now) {
        return fails(15);
    }

    @Override
    public BehindDot behindDot() {
        return habit.behindDot();
    }

    @Override
    public boolean hangsUpAfter(int messages) {
        return habit.hangsUpAfter(messages);
    }

    @Override
    public boolean closesAll(Instant now) {
        return habit.closesAll(now);
    }

    @Override
    public Duration latency() {
        return habit.latency();
    }
}
