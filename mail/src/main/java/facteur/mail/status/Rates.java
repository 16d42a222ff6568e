package facteur.mail.status;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Every rate that Facteur shows, exports or measures, from one tally. Each is a share between 0 and
 * 1, empty when there is nothing to divide by. Abandoned mail stays out of the bounce rate:
 * otherwise suppressing bad addresses would look like improvement.
 */
public record Rates(Tally tally) {
    /** Below these, a bounce rate says nothing. */
    public static final int SAMPLE_SETTLED = 50;

    public static final int SAMPLE_BOUNCES = 5;

    /** How alarming a bounce rate is. */
    public enum Level {
        SAMPLE_TOO_SMALL(0),
        FINE(0),
        NOTICE(2),
        WARNING(5),
        ALERT(8);

        private final int above;

        Level(int above) {
            this.above = above;
        }

        /** The bounce rate, in per cent, above which a level that is a warning begins. */
        public int above() {
            return above;
        }

        /** That of a bounce rate, however small the sample. */
        public static Level of(double rate) {
            for (Level level : List.of(ALERT, WARNING, NOTICE)) {
                if (rate > level.above / 100.0) {
                    return level;
                }
            }
            return FINE;
        }
    }

    /** Recipients whose delivery is over: D + H + S. */
    public long settled() {
        return tally.delivered() + tally.hard() + tally.soft();
    }

    /** D / settled. */
    public OptionalDouble delivery() {
        return share(tally.delivered(), settled());
    }

    /** (H + S) / settled. */
    public OptionalDouble bounce() {
        return share(bounces(), settled());
    }

    /** Unique openers / D. */
    public OptionalDouble open() {
        return share(tally.openers(), tally.delivered());
    }

    /** Unique clickers / D. */
    public OptionalDouble click() {
        return share(tally.clickers(), tally.delivered());
    }

    /** Unique clickers / unique openers. */
    public OptionalDouble clickToOpen() {
        return share(tally.clickers(), tally.openers());
    }

    /** 1 - P / R. */
    public OptionalDouble progress() {
        return share(tally.recipients() - tally.progress(), tally.recipients());
    }

    /** Complaints / D. */
    public OptionalDouble complaint() {
        return share(tally.complaints(), tally.delivered());
    }

    /** Notice above 2 %, warning above 5 %, alert above 8 %, from a sample that says something. */
    public Level bounceLevel() {
        if (settled() < SAMPLE_SETTLED || bounces() < SAMPLE_BOUNCES) {
            return Level.SAMPLE_TOO_SMALL;
        }
        return Level.of(bounce().orElseThrow());
    }

    private long bounces() {
        return tally.hard() + tally.soft();
    }

    private static OptionalDouble share(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}
