/**
 * Sessions that carry messages of a path, from the connection to the outcome on disk.
 *
 * <p>Decides when a session takes a message, one ahead, or none, and what follows from what it
 * reports.
 *
 * <p>Reads messages from the store, to make the copy that leaves.
 *
 * <p>Writes outcomes, by the recorder.
 *
 * <p>The queue's thread owns sessions; signals of the network are posted there, copies are made on
 * others.
 *
 * <p>Not here: the SMTP dialogue (facteur.mta.delivery), the meaning of replies
 * (facteur.mta.disposition).
 */
@NullMarked
package facteur.mta.queue.session;

import org.jspecify.annotations.NullMarked;
