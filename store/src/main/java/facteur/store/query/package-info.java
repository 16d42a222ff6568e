/**
 * What is asked of the views, by subject, and the values that answer.
 *
 * <p>Decides which questions there are. Each names its order, its cursor and what bounds its work,
 * and says nothing of where the rows lie: lists come in pages, each asked for after the last value
 * of the page before, so that an answer may as well be gathered from many places and merged by its
 * cursor. Whoever asks takes the one interface that it needs; {@link facteur.store.query.Queries}
 * gives all of them.
 *
 * <p>Reads nothing: {@code facteur.store.view} answers. The values are what {@code
 * facteur.store.fold} stores, wherever a row is nothing else: it writes and reads {@link
 * facteur.store.query.SuppressedAddress} itself, and keeps to itself what only a fold needs.
 *
 * <p>Writes nothing.
 *
 * <p>No state; any thread.
 *
 * <p>Not here: tables, keys and encodings (facteur.store.fold), which index answers what
 * (facteur.store.view).
 */
@NullMarked
package facteur.store.query;

import org.jspecify.annotations.NullMarked;
