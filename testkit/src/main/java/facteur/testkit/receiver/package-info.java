/**
 * Receiving sites as models: how they answer, as a function of time, and how soon an ideal client
 * would be done with them.
 *
 * <p>Decides what a site answers to a connection, to MAIL, to RCPT and to the final dot.
 *
 * <p>Reads the time, and a seed for what is left to chance.
 *
 * <p>Writes nothing: answers are values.
 *
 * <p>No thread, no clock, no socket: a model belongs to its caller.
 *
 * <p>Not here: real connections (facteur.testkit.smtp).
 */
@NullMarked
package facteur.testkit.receiver;

import org.jspecify.annotations.NullMarked;
