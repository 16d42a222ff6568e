/**
 * What the events add up to.
 *
 * <p>Decides how each event changes the rows of each table: joins of minima, maxima and set unions,
 * so that late and repeated events change nothing that they should not. And how each row is stored:
 * a class named {@code ...Row} has the octets of a value of facteur.store.query, or is the row
 * where it has more than that.
 *
 * <p>Reads and writes {@link facteur.store.fold.Rows}.
 *
 * <p>Called by the one thread that folds; no state of its own but a batch's sums.
 *
 * <p>Not here: where the rows live (facteur.store.lmdb), what they say (facteur.store.query),
 * questions that are asked of them (facteur.store.view).
 */
@NullMarked
package facteur.store.fold;

import org.jspecify.annotations.NullMarked;
