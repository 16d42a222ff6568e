package facteur.mta.queue.schedule;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Optional;

/**
 * Where each recipient waits that is owed a delivery, by its number: so that one is found without
 * looking through all of them. Open addressing in two arrays, since there may be millions.
 */
public final class Whereabouts {
    private static final int LEAST = 1 << 6;

    private @Nullable QueuedRecipient[] recipients = new QueuedRecipient[LEAST];
    private @Nullable Place[] places = new Place[LEAST];
    private final AgeCounts onPaths = new AgeCounts();
    private final EnumMap<Waits, AgeCounts> elsewhere = new EnumMap<>(Waits.class);
    private int size;
    private long looked;

    /** What a recipient waits in. */
    public interface Place {}

    /** Places that are no path. */
    public enum Waits implements Place {
        /** For its time. */
        DEFERRED,
        /** For an operator. */
        HELD,
        /** For the DNS. */
        ROUTING
    }

    /** A recipient with where it waits. */
    public record Found(QueuedRecipient recipient, Place place) {}

    /** Where a recipient waits now. */
    public void put(QueuedRecipient recipient, Place place) {
        if ((size + 1) * 3L > recipients.length * 2L) {
            resize(recipients.length * 2);
        }
        int slot = slot(recipient.message(), recipient.index());
        QueuedRecipient before = recipients[slot];
        Place left = places[slot];
        if (before == null || left == null) {
            size++;
        } else {
            ages(left).remove(before);
        }
        recipients[slot] = recipient;
        places[slot] = place;
        ages(place).add(recipient);
    }

    /** It waits there no more; if it waits elsewhere by now, that stays. */
    public void remove(QueuedRecipient recipient, Place place) {
        int hole = slot(recipient.message(), recipient.index());
        QueuedRecipient there = recipients[hole];
        if (there == null || !place.equals(places[hole])) {
            return;
        }
        ages(place).remove(there);
        clear(hole);
        size--;
        if (recipients.length > LEAST && size * 8L < recipients.length) {
            resize(recipients.length / 2);
        }
    }

    /** What stands behind the hole and could not be found across it moves into it. */
    private void clear(int from) {
        int hole = from;
        int mask = recipients.length - 1;
        int next = (hole + 1) & mask;
        QueuedRecipient behind = recipients[next];
        while (behind != null) {
            int home = home(behind.message(), behind.index());
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                recipients[hole] = behind;
                places[hole] = places[next];
                hole = next;
            }
            next = (next + 1) & mask;
            behind = recipients[next];
        }
        recipients[hole] = null;
        places[hole] = null;
    }

    public Optional<Found> find(long message, int index) {
        int slot = slot(message, index);
        QueuedRecipient recipient = recipients[slot];
        Place place = places[slot];
        return recipient == null || place == null
                ? Optional.empty()
                : Optional.of(new Found(recipient, place));
    }

    private AgeCounts ages(Place place) {
        return place instanceof Waits waits
                ? elsewhere.computeIfAbsent(waits, _ -> new AgeCounts())
                : onPaths;
    }

    /** When the oldest message was accepted that waits at a path; to ten seconds. */
    public Optional<Instant> oldestOnPaths() {
        return onPaths.oldest();
    }

    /** When the oldest message was accepted that waits there; to ten seconds. */
    public Optional<Instant> oldest(Waits place) {
        return ages(place).oldest();
    }

    /** Recipients that wait. */
    public int size() {
        return size;
    }

    /** Slots that were looked at so far. */
    public long looked() {
        return looked;
    }

    private int slot(long message, int index) {
        int slot = home(message, index);
        QueuedRecipient there = recipients[slot];
        looked++;
        while (there != null && (there.message() != message || there.index() != index)) {
            slot = (slot + 1) & (recipients.length - 1);
            there = recipients[slot];
            looked++;
        }
        return slot;
    }

    /** The finish of MurmurHash3, so that ids which follow each other are spread. */
    private int home(long message, int index) {
        long mixed = message * 31 + index;
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (mixed ^ mixed >>> 33) & (recipients.length - 1);
    }

    private void resize(int length) {
        @Nullable QueuedRecipient[] before = recipients;
        @Nullable Place[] there = places;
        recipients = new QueuedRecipient[length];
        places = new Place[length];
        for (int i = 0; i < before.length; i++) {
            QueuedRecipient recipient = before[i];
            if (recipient != null) {
                int slot = slot(recipient.message(), recipient.index());
                recipients[slot] = recipient;
                places[slot] = there[i];
            }
        }
    }
}
