/**
 * Mail of strangers taken apart by mime4j; the only package of this module's feedback that imports
 * it.
 *
 * <p>Decides how much of a mail is looked at.
 *
 * <p>Reads the octets of one mail.
 *
 * <p>Writes header fields and the decoded text of the parts that can tell something.
 *
 * <p>No state outlives a call; any thread.
 *
 * <p>Not here: what the parts mean (facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.feedback.mime4j;

import org.jspecify.annotations.NullMarked;
