package facteur.mta.delivery.dialogue;

/**
 * How a transaction is sent. All but the first are habits of ours that save round trips; a host
 * announces them, and some fail at them nevertheless.
 */
public enum SendMode {
    /** Each command waits for the reply to the one before. */
    STEP_BY_STEP,
    /** The envelope in one piece (RFC 2920). */
    PIPELINED,
    /** The envelope behind the final dot of the transaction before (RFC 2920 3.1). */
    BEHIND_THE_DOT,
    /** The envelope together with its content (RFC 3030). */
    CHUNKED;

    boolean isHabit() {
        return this != STEP_BY_STEP;
    }
}
