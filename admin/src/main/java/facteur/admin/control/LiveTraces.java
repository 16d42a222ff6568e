package facteur.admin.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Live dialogues with clients and with other servers. */
public interface LiveTraces {
    /** Whose dialogues. */
    enum Kind {
        /** With applications that hand in mail; the subject is a client's address or network. */
        SUBMISSION,
        /** With other servers; the subject is a site. */
        DELIVERY
    }

    /**
     * One line; secrets are masked.
     *
     * @param who {@code client}, {@code server} or {@code event}
     */
    record Line(long number, Instant at, String dialogue, String who, String text) {}

    /**
     * @param next to be asked for next
     * @param lost lines that went by too fast to be kept
     */
    record Lines(List<Line> lines, long next, long lost) {
        public Lines {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Begins to watch.
     *
     * @param subject empty for all
     * @return under which to ask; empty when too many are watching
     * @throws IllegalArgumentException when the subject is none of this kind
     */
    Optional<String> watch(Kind kind, String subject);

    /**
     * The lines after a number; waits some seconds for them.
     *
     * @return empty when there is no such watch, or it was not fetched for a minute
     */
    Optional<Lines> next(String id, long after) throws InterruptedException;
}
