package facteur.mta.queue;

import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.disposition.Effect;

import java.time.Instant;

/** Says what evidence means: the door to facteur.mta.disposition. */
public interface Judge {
    /**
     * @param host name of the host that spoke, or empty
     * @param attempt 1 for the first
     */
    record Circumstances(
            String host, int attempt, String credential, Instant acceptedAt, Instant now) {}

    /**
     * @param effect what the path had better do
     * @param crowded whether there were more connections than the site likes
     * @param split whether the recipient was refused only because there were too many in one
     *     transaction: he has not been tried
     */
    record Ruling(Disposition disposition, Effect effect, boolean crowded, boolean split) {}

    Ruling rule(Evidence evidence, Circumstances circumstances);

    /** When a recipient who still waits is given up. */
    Instant giveUpAt(String credential, Instant acceptedAt);
}
