/**
 * Answers the questions of facteur.store.query from the rows of one environment, a class a subject
 * behind {@link facteur.store.view.Views}.
 *
 * <p>Decides which index answers which question; none scans.
 *
 * <p>Reads the rows in short transactions ({@link facteur.store.view.ViewReader}); every answer is
 * a copy.
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
