/**
 * Taking a message over: from the end of its envelope to the moment when it is ours.
 *
 * <p>Decides who may submit what, and when 250 may be said.
 *
 * <p>Reads credentials and suppressions.
 *
 * <p>Writes messages into the journal.
 *
 * <p>An intake belongs to one transaction; the rest may be used by any thread.
 *
 * <p>Not here: commands and framing (facteur.mta.reception).
 */
@NullMarked
package facteur.mta.submission;

import org.jspecify.annotations.NullMarked;
