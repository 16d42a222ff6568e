package facteur.testkit.time;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The seed of a randomised test: a new one each run, or the one of the system property {@code
 * facteur.seed} to see a failure again. {@link #run} names it in the failure.
 *
 * @param seed what all chance of the test comes from
 */
public record Seeds(long seed) {
    /** A test that needs chance. */
    @FunctionalInterface
    public interface Body {
        void run(RandomGenerator chance) throws Exception;
    }

    /** From {@code -Dfacteur.seed=N}, or a new one. */
    public static Seeds fromProperty() {
        String given = System.getProperty("facteur.seed", "");
        return new Seeds(
                given.isBlank()
                        ? new SecureRandom().nextLong() >>> 16
                        : Long.parseLong(given.strip()));
    }

    /** A generator that gives the same numbers for the same seed. */
    public RandomGenerator random() {
        return new SplittableRandom(seed);
    }

    /** A seed for one of many rounds, so that each can be repeated alone. */
    public Seeds round(int number) {
        return new Seeds(seed + number);
    }

    /**
     * Runs a test with a fresh generator.
     *
     * @throws AssertionError when it fails, with the seed in its message
     */
    public void run(Body body) {
        try {
            body.run(random());
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(
                    "with -Dfacteur.seed=" + seed + ": " + failed.getMessage(), failed);
        }
    }

    @Override
    public String toString() {
        return "-Dfacteur.seed=" + seed;
    }
}
