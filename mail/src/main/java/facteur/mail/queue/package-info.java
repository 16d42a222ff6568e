/**
 * What is said of mail that waits.
 *
 * <p>Decides nothing: values that the queue fills and screens, programs and logs put into words.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Values have no thread.
 *
 * <p>Not here: the queue itself (facteur.mta.queue), the words (facteur.admin).
 */
@NullMarked
package facteur.mail.queue;

import org.jspecify.annotations.NullMarked;
