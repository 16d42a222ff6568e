/**
 * The store as a whole: the journal, the thread that folds it, and the views.
 *
 * <p>Decides the order in which they open and close, and what a stop leaves to be done again.
 *
 * <p>Reads and writes the data directory.
 *
 * <p>Owns the thread {@code views}; the journal owns its writer.
 *
 * <p>No code outside this module may assume a local file.
 *
 * <p>Not here: records on disk (facteur.store.journal), folds (facteur.store.fold), questions
 * (facteur.store.query) and their answers (facteur.store.view).
 */
@NullMarked
package facteur.store;

import org.jspecify.annotations.NullMarked;
