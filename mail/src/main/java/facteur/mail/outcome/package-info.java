/**
 * What one delivery attempt told, and what that means for one recipient.
 *
 * <p>Decides nothing; these are the words in which facts (evidence) and meaning (disposition) are
 * said.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: the rules that turn evidence into a disposition (facteur.mta.disposition).
 */
@NullMarked
package facteur.mail.outcome;

import org.jspecify.annotations.NullMarked;
