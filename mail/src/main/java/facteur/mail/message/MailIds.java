package facteur.mail.message;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Makes ids that grow strictly, also when the clock does not. One per node. */
public final class MailIds {
    private static final long SEQUENCES = 1L << MailId.SEQUENCE_BITS;

    private final long node;
    private final AtomicLong last;

    /**
     * @param node 0 to 255, unlike any other node that writes to the same journal
     * @param after no id at or before this one is made, so that a clock set back repeats nothing
     */
    public MailIds(int node, MailId after) {
        if (node < 0 || node >= 1 << MailId.NODE_BITS) {
            throw new IllegalArgumentException("node " + node + " outside 0..255");
        }
        this.node = node;
        this.last = new AtomicLong(tick(after));
    }

    /**
     * A tick is a millisecond and a sequence number in it; beyond 16 384 ids a millisecond the
     * ticks run ahead of the clock.
     */
    public MailId next(Instant now) {
        long clock = (now.toEpochMilli() - MailId.EPOCH_MILLIS) * SEQUENCES;
        long tick = last.updateAndGet(before -> Math.max(before + 1, clock));
        return new MailId(
                ((tick / SEQUENCES) << (MailId.NODE_BITS + MailId.SEQUENCE_BITS))
                        | (node << MailId.SEQUENCE_BITS)
                        | (tick % SEQUENCES));
    }

    private static long tick(MailId id) {
        return (id.value() >>> (MailId.NODE_BITS + MailId.SEQUENCE_BITS)) * SEQUENCES
                + (id.value() & (SEQUENCES - 1));
    }
}
