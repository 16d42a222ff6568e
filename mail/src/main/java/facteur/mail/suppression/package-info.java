/**
 * Who is not sent to, and why.
 *
 * <p>Decides which event suppresses an address, for which mail and until when, what ends that, and
 * which of several standing refusals there are at an instant.
 *
 * <p>Reads events and what became of an address's latest mail.
 *
 * <p>Writes nothing.
 *
 * <p>Pure functions and immutable values; any thread.
 *
 * <p>Not here: where they are kept (facteur.store.fold), what is known ahead of that
 * (facteur.store.SuppressionBook), their causes and scopes as words (facteur.mail.outcome).
 */
@NullMarked
package facteur.mail.suppression;

import org.jspecify.annotations.NullMarked;
