package facteur.mail.status;

import java.time.Instant;

/**
 * The delivery axis of one recipient.
 *
 * @param at when the state began
 */
public record Delivery(State state, Instant at) {
    /** In order of precedence: when events disagree or arrive late, the later one here stands. */
    public enum State {
        QUEUED,
        DEFERRED,
        ABANDONED,
        DELIVERED,
        SOFT_BOUNCE,
        HARD_BOUNCE;

        public boolean isFinal() {
            return this != QUEUED && this != DEFERRED;
        }
    }

    /**
     * The join of two reports of one recipient: the higher state; of two equal ones the earlier
     * (deferred: the later).
     */
    public Delivery join(Delivery other) {
        int order = state.compareTo(other.state);
        if (order != 0) {
            return order > 0 ? this : other;
        }
        boolean keepLater = state == State.DEFERRED;
        return at.isAfter(other.at) == keepLater ? this : other;
    }
}
