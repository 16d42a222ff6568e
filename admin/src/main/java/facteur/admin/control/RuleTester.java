package facteur.admin.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The bounce rules, to try a reply, or other rules, on. */
public interface RuleTester {
    /**
     * @param meaning {@code hard} or {@code soft}
     */
    record Ruling(String meaning, String category, String rule) {}

    /** What rules make of a reply, or of a hit. */
    sealed interface Verdict {
        /** In the words in which rules are written. */
        String text();

        record Refused(Ruling ruling) implements Verdict {
            @Override
            public String text() {
                return ruling.meaning() + " " + ruling.category() + " by " + ruling.rule();
            }
        }

        /**
         * @param audience for whom the reader was taken
         * @param rules that spoke
         */
        record Seen(String audience, List<String> rules) implements Verdict {
            public Seen {
                rules = List.copyOf(rules);
            }

            @Override
            public String text() {
                return rules.isEmpty() ? audience : audience + " by " + String.join(", ", rules);
            }
        }
    }

    /**
     * A stored reply, or hit, that would be ruled otherwise.
     *
     * @param reply the first of those that differ by ids and addresses alone
     * @param was as stored
     * @param would as the rules on trial have it
     * @param count of those like it
     */
    record Change(String reply, Verdict was, Verdict would, long count) {
        public Change times(long times) {
            return new Change(reply, was, would, times);
        }
    }

    /**
     * What rules would have made of stored replies.
     *
     * @param replies looked at
     * @param changes the most frequent first
     */
    record Trial(String version, long replies, List<Change> changes) {
        public Trial {
            changes = List.copyOf(changes);
        }
    }

    /** Rules that cannot be used; the message names every problem. */
    final class BadRules extends Exception {
        private static final long serialVersionUID = 1;

        public BadRules(String problems, Throwable cause) {
            super(problems, cause);
        }
    }

    /**
     * What a reply would be ruled.
     *
     * @param stage such as {@code rcpt}
     * @param reply as the server said it, with its code
     * @return empty when it is not a refusal
     */
    Optional<Ruling> classify(String stage, String reply);

    /** {@link #dryRunRobots} for the kind {@code robots}, and {@link #dryRun} for any other. */
    default Trial dryRun(String kind, String yaml, Instant since) throws BadRules {
        return kind.equals("robots") ? dryRunRobots(yaml, since) : dryRun(yaml, since);
    }

    /**
     * Tries rules on the replies to mail accepted since then.
     *
     * @param yaml rules; empty: those in use
     */
    Trial dryRun(String yaml, Instant since) throws BadRules;

    /**
     * Tries robot rules on the hits of mail accepted since then.
     *
     * @param yaml rules; empty: those in use
     */
    Trial dryRunRobots(String yaml, Instant since) throws BadRules;
}
