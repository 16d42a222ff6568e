/**
 * The adapter to LMDB: the only package that imports it.
 *
 * <p>Decides how transactions are opened, when the map grows, and how keys sort.
 *
 * <p>Reads and writes the {@code views} directory.
 *
 * <p>One thread writes; any thread reads, in short transactions.
 *
 * <p>Values are copied out: no memory of LMDB leaves a transaction.
 *
 * <p>Not here: what the rows mean (facteur.store.fold, facteur.store.view).
 */
@NullMarked
package facteur.store.lmdb;

import org.jspecify.annotations.NullMarked;
