/**
 * Live dialogues, for the operator who asks to see them.
 *
 * <p>Decides which of the lines are watched, and how many are kept for each watch.
 *
 * <p>Reads the lines that dialogues tell it; secrets are masked before they get here.
 *
 * <p>Writes nothing.
 *
 * <p>May be used by any thread; costs one read of a volatile field while there is no watch.
 *
 * <p>Not here: what a dialogue is (facteur.mta.reception, facteur.mta.delivery).
 */
@NullMarked
package facteur.mta.trace;

import org.jspecify.annotations.NullMarked;
