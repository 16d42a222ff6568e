package facteur.store.query;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * An import of suppressions, as far as it came.
 *
 * @param id grows with time
 * @param at of the commit, or of the latest part
 * @param parts that are here
 * @param rows once it is committed: how many addresses hold by it
 */
public record ImportProgress(
        long id, Instant at, String operator, String why, int parts, OptionalLong rows) {
    /** Whether it holds. */
    public boolean isCommitted() {
        return rows.isPresent();
    }
}
