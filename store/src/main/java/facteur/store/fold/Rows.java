package facteur.store.fold;

import java.util.Optional;

/** Sorted tables of bytes, within one transaction. */
public interface Rows {
    /** Sees rows in order, until it answers false. The arrays are its own. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    Optional<byte[]> get(Table table, byte[] key);

    void put(Table table, byte[] key, byte[] value);

    /** Puts a row where there is none; false when there is one, which stays as it is. */
    default boolean add(Table table, byte[] key, byte[] value) {
        if (get(table, key).isPresent()) {
            return false;
        }
        put(table, key, value);
        return true;
    }

    void delete(Table table, byte[] key);

    /** Visits the rows under {@code prefix} from the first key at or after {@code from} on. */
    void scan(Table table, byte[] prefix, byte[] from, Visitor visitor);

    /**
     * Visits the rows under {@code prefix} backwards, from the last key before {@code before} on.
     */
    void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor);

    default void scan(Table table, byte[] prefix, Visitor visitor) {
        scan(table, prefix, prefix, visitor);
    }
}
