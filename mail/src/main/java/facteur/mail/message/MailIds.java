package facteur.mail.message;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Makes ids that grow strictly, also when the clock does not. One per node. */
public final class MailIds {
    private static final long SEQUENCES = 1L << MailId.SEQUENCE_BITS;

    private final long place;
    private final AtomicLong last;

    /**
     * Ids of the one shard that a process has which keeps all of its mail itself.
     *
     * @param node 0 to 255, unlike any other node that writes to the same journal
     * @param after no id at or before this one is made, so that a clock set back repeats nothing
     */
    public MailIds(int node, MailId after) {
        this(node, 0, after);
    }

    /**
     * @param node 0 to 255, unlike any other node that writes to the same journal
     * @param shard 0 to 255, where the message is kept
     * @param after no id at or before this one is made, so that a clock set back repeats nothing
     */
    public MailIds(int node, int shard, MailId after) {
        if (shard < 0 || shard >= 1 << MailId.SHARD_BITS) {
            throw new IllegalArgumentException("shard " + shard + " outside 0..255");
        }
        if (node < 0 || node >= 1 << MailId.NODE_BITS) {
            throw new IllegalArgumentException("node " + node + " outside 0..255");
        }
        this.place = ((long) node << (MailId.SEQUENCE_BITS + MailId.SHARD_BITS)) | shard;
        this.last = new AtomicLong(tick(after));
    }

    /**
     * A tick is a millisecond and a sequence number in it; beyond 64 ids a millisecond the ticks
     * run ahead of the clock.
     */
    public MailId next(Instant now) {
        long clock = (now.toEpochMilli() - MailId.EPOCH_MILLIS) * SEQUENCES;
        long tick = last.updateAndGet(before -> Math.max(before + 1, clock));
        return new MailId(
                ((tick / SEQUENCES) << MailId.TIME_SHIFT)
                        | ((tick % SEQUENCES) << MailId.SHARD_BITS)
                        | place);
    }

    private static long tick(MailId id) {
        return (id.value() >>> MailId.TIME_SHIFT) * SEQUENCES
                + ((id.value() >>> MailId.SHARD_BITS) & (SEQUENCES - 1));
    }
}
