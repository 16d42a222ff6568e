/**
 * The laboratory's part of the store: data directories to look at and to measure.
 *
 * <p>Decides which events years of mail would have left.
 *
 * <p>Reads nothing.
 *
 * <p>Writes an empty data directory, through {@link facteur.store.BulkFold}.
 *
 * <p>The caller's thread; no state that outlives a run.
 *
 * <p>Not here: folds and files (facteur.store). Only the laboratory and benches use this package.
 */
@NullMarked
package facteur.store.laboratory;

import org.jspecify.annotations.NullMarked;
