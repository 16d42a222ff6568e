package facteur.mta.trace;

import java.time.Instant;

/**
 * One line of a dialogue.
 *
 * @param number grows by one with each line of a watch
 * @param dialogue tells dialogues apart, such as the client's address and port
 */
public record TraceLine(long number, Instant at, String dialogue, Who who, String text) {
    /** Whose words they are. */
    public enum Who {
        CLIENT,
        SERVER,
        /** Neither side's: what happened, such as a handshake. */
        EVENT
    }
}
