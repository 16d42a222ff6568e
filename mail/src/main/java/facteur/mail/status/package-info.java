/**
 * The statuses that people see, computed from what happened; and the rates made of them.
 *
 * <p>Decides which status a recipient shows, and every percentage anywhere.
 *
 * <p>Reads the two axes of a recipient.
 *
 * <p>Writes nothing.
 *
 * <p>Pure functions; any thread.
 *
 * <p>Not here: how the axes come about (facteur.store.fold), their words in French and English
 * (facteur.admin).
 */
@NullMarked
package facteur.mail.status;

import org.jspecify.annotations.NullMarked;
