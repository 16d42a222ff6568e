package facteur.mta.queue.record;

import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.shaping.PathSignal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Says what evidence means: the door to facteur.mta.disposition. */
public interface OutcomePolicy {
    /**
     * @param host name of the host that spoke, or empty
     * @param attempt 1 for the first
     */
    record Circumstances(
            String host, int attempt, String credential, Instant acceptedAt, Instant now) {}

    /**
     * @param signal what it says about the path
     * @param everySource whether that concerns the paths of all sources towards the site
     * @param avoid how long other hosts of the site are tried before this one; empty: not at all
     * @param split whether the recipient was refused only because there were too many in one
     *     transaction: it has not been tried
     * @param unsuited whether this host said beforehand that it cannot take the message as it is:
     *     other hosts of the site may
     */
    record Judgement(
            Disposition disposition,
            PathSignal signal,
            boolean everySource,
            Optional<Duration> avoid,
            boolean split,
            boolean unsuited) {
        /** One that concerns the recipient alone. */
        public static Judgement of(Disposition disposition) {
            return new Judgement(
                    disposition,
                    disposition instanceof Disposition.Delivered
                            ? new PathSignal.Taken()
                            : new PathSignal.Unrelated(),
                    false,
                    Optional.empty(),
                    false,
                    false);
        }
    }

    Judgement rule(Evidence evidence, Circumstances circumstances);

    /** When a recipient that still waits is given up. */
    Instant giveUpAt(String credential, Instant acceptedAt);

    /** How long mail is tried at most, where no credential has a time of its own. */
    Duration maxAge();

    /** The longest pause between two tries. */
    Duration longestPause();
}
