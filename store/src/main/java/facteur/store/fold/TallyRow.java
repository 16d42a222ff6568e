package facteur.store.fold;

import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.mail.status.Tally;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientSums;

import java.util.Arrays;

/**
 * Sums over recipients. Each recipient contributes a vector of zeros and ones; a change adds the
 * difference of two vectors. Only the fold adds.
 */
public final class TallyRow implements RecipientSums {
    private static final int RECIPIENTS = 0;
    private static final int PROGRESS = 1;
    private static final int ABANDONED = 2;
    private static final int DELIVERED = 3;
    private static final int HARD = 4;
    private static final int SOFT = 5;
    private static final int COMPLAINTS = 6;
    private static final int UNSUBSCRIBED = 7;
    private static final int UNTRACKED = 8;
    // Openers, clickers, then one place per status: once without robots, once with them.
    private static final int VIEW = 9;
    private static final int STATUSES = Status.values().length;
    private static final int VIEW_SIZE = 2 + STATUSES;
    private static final int SIZE = VIEW + 2 * VIEW_SIZE;

    private final long[] sums;

    private TallyRow(long[] sums) {
        this.sums = sums;
    }

    public static TallyRow zero() {
        return new TallyRow(new long[SIZE]);
    }

    /** What one recipient contributes; nothing while its message is unknown. */
    static TallyRow of(RecipientState row) {
        TallyRow one = zero();
        if (row.origin().isEmpty()) {
            return one;
        }
        boolean delivered = row.delivery().state() == Delivery.State.DELIVERED;
        one.sums[RECIPIENTS] = 1;
        one.sums[place(row.delivery().state())] = 1;
        one.sums[COMPLAINTS] =
                bit(delivered && row.badges().contains(RecipientState.Badge.COMPLAINED));
        one.sums[UNSUBSCRIBED] =
                bit(delivered && row.badges().contains(RecipientState.Badge.UNSUBSCRIBED));
        one.sums[UNTRACKED] = bit(row.badges().contains(RecipientState.Badge.NOT_TRACKED));
        one.view(row, false);
        one.view(row, true);
        return one;
    }

    private void view(RecipientState row, boolean robots) {
        boolean delivered = row.delivery().state() == Delivery.State.DELIVERED;
        boolean clicked = delivered && row.engagement().clicks(robots) > 0;
        int at = viewAt(robots);
        sums[at] = bit(clicked || (delivered && row.engagement().opens(robots) > 0));
        sums[at + 1] = bit(clicked);
        sums[at + 2 + indexOf(row.status(robots))] = 1;
    }

    private static int viewAt(boolean robots) {
        return robots ? VIEW + VIEW_SIZE : VIEW;
    }

    private static long bit(boolean set) {
        return set ? 1 : 0;
    }

    private static int place(Delivery.State state) {
        return switch (state) {
            case QUEUED, DEFERRED -> PROGRESS;
            case ABANDONED -> ABANDONED;
            case DELIVERED -> DELIVERED;
            case SOFT_BOUNCE -> SOFT;
            case HARD_BOUNCE -> HARD;
        };
    }

    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    private static int indexOf(Status status) {
        return status.ordinal();
    }

    void add(TallyRow other, int times) {
        for (int i = 0; i < SIZE; i++) {
            sums[i] += other.sums[i] * times;
        }
    }

    /** Whether no sum is smaller than that of {@code part}. */
    boolean covers(TallyRow part) {
        for (int i = 0; i < SIZE; i++) {
            if (sums[i] < part.sums[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TallyRow row && Arrays.equals(sums, row.sums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }

    boolean isZero() {
        for (long sum : sums) {
            if (sum != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Tally tally(boolean robotsIncluded) {
        int view = viewAt(robotsIncluded);
        return new Tally(
                sums[RECIPIENTS],
                sums[PROGRESS],
                sums[ABANDONED],
                sums[DELIVERED],
                sums[HARD],
                sums[SOFT],
                sums[view],
                sums[view + 1],
                sums[COMPLAINTS],
                sums[UNSUBSCRIBED],
                sums[UNTRACKED]);
    }

    @Override
    public long showing(Status status, boolean robotsIncluded) {
        return sums[viewAt(robotsIncluded) + 2 + indexOf(status)];
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(1);
        for (long sum : sums) {
            to.number(sum);
        }
        return to.toBytes();
    }

    public static TallyRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("tally row in an unknown layout");
        }
        TallyRow row = zero();
        for (int i = 0; i < SIZE; i++) {
            row.sums[i] = from.number();
        }
        return row;
    }
}
