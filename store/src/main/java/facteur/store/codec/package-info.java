/**
 * Events and rows as bytes.
 *
 * <p>Decides the stored format, which golden files in the tests hold still.
 *
 * <p>Reads and writes byte arrays.
 *
 * <p>Writes nothing else.
 *
 * <p>Pure functions; any thread.
 *
 * <p>Not here: where the bytes are put (facteur.store.journal, facteur.store.lmdb).
 */
@NullMarked
package facteur.store.codec;

import org.jspecify.annotations.NullMarked;
