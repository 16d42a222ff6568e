package facteur.mta.queue;

import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Says what evidence means: the door to facteur.mta.disposition. */
public interface Judge {
    /**
     * @param host name of the host that spoke, or empty
     * @param attempt 1 for the first
     */
    record Circumstances(String host, int attempt, Instant acceptedAt, Instant now) {}

    /**
     * @param pause how long the whole path had better rest
     * @param tooMany whether there were more connections or messages than the site likes
     */
    record Ruling(Disposition disposition, Optional<Duration> pause, boolean tooMany) {}

    Ruling rule(Evidence evidence, Circumstances circumstances);
}
