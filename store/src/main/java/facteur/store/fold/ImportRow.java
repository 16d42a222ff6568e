package facteur.store.fold;

import facteur.mail.event.OperatorEvent.ImportCommitted;
import facteur.mail.event.OperatorEvent.ImportStaged;

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
public record ImportRow(
        long id, Instant at, String operator, String why, int parts, OptionalLong rows) {
    static ImportRow of(ImportCommitted commit) {
        return new ImportRow(
                commit.id(),
                commit.at(),
                commit.operator(),
                commit.why(),
                commit.parts(),
                OptionalLong.of(commit.rows()));
    }

    static ImportRow of(ImportStaged part) {
        return new ImportRow(part.id(), part.at(), part.operator(), "", 1, OptionalLong.empty());
    }

    ImportRow andOne() {
        return new ImportRow(id, at, operator, why, parts + 1, rows);
    }

    /** Whether it holds. */
    public boolean isCommitted() {
        return rows.isPresent();
    }
}
