/**
 * Questions asked of the views.
 *
 * <p>Decides which index answers which question; none scans.
 *
 * <p>Reads the rows in short transactions; every answer is a copy.
 *
 * <p>Writes nothing.
 *
 * <p>No state; any thread.
 *
 * <p>Not here: how rows come about (facteur.store.fold).
 */
@NullMarked
package facteur.store.view;

import org.jspecify.annotations.NullMarked;
