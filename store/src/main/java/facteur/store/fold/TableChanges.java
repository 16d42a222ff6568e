package facteur.store.fold;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What a batch changes in one table. As long as keys come in their order, as those of sorted hits
 * do, each is only compared with the last one; once one does not, all are hashed.
 */
final class TableChanges {
    private final List<Change> all = new ArrayList<>();
    private @Nullable Map<Key, Change> byKey; // none while the keys are in order

    static final class Change {
        private final byte[] key;
        private Optional<byte[]> row;

        private Change(byte[] key, Optional<byte[]> row) {
            this.key = key;
            this.row = row;
        }

        /** What is to be written; empty when the row is to be deleted. */
        Optional<byte[]> row() {
            return row;
        }
    }

    /** Octets with the equality of their content. */
    private record Key(byte[] octets, int hash) {
        private static final int FACTOR = 0x9e3779b1;

        static Key of(byte[] octets) {
            return new Key(octets, hash(octets));
        }

        /** With a factor of 31 most keys, which are numbers, would share theirs with others. */
        private static int hash(byte[] octets) {
            int hash = 0;
            for (byte octet : octets) {
                hash = hash * FACTOR + octet;
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(octets, key.octets);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    int size() {
        return all.size();
    }

    /** Changes the row under a key, or deletes it. */
    void put(byte[] key, Optional<byte[]> row) {
        Change known = find(key);
        if (known != null) {
            known.row = row;
            return;
        }
        Change change = new Change(key, row);
        all.add(change);
        if (byKey != null) {
            byKey.put(Key.of(key), change);
        }
    }

    /** What is to become of the row under a key; null when that does not change. */
    @Nullable Change find(byte[] key) {
        if (byKey == null) {
            int order = all.isEmpty() ? 1 : Arrays.compareUnsigned(key, all.getLast().key);
            if (order >= 0) {
                return order == 0 ? all.getLast() : null;
            }
            byKey = new HashMap<>();
            for (Change change : all) {
                byKey.put(Key.of(change.key), change);
            }
        }
        return byKey.get(Key.of(key));
    }

    /** Shows every change in the order of the keys, and forgets it. */
    void drain(BiConsumer<byte[], Optional<byte[]>> to) {
        if (byKey != null) {
            all.sort((one, other) -> Arrays.compareUnsigned(one.key, other.key));
            byKey = null;
        }
        for (Change change : all) {
            to.accept(change.key, change.row);
        }
        all.clear();
    }
}
