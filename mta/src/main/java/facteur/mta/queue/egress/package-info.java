/**
 * Egress paths: one source towards one site, with the mail that waits and the sessions that carry
 * it.
 *
 * <p>Decides what a path does next, and which path serves a recipient.
 *
 * <p>Reads presets and what was learnt of paths before.
 *
 * <p>Writes shaping events.
 *
 * <p>The queue's thread owns everything here.
 *
 * <p>Not here: the law by which a path is slowed (facteur.mta.shaping), how sessions carry messages
 * (facteur.mta.queue.session).
 */
@NullMarked
package facteur.mta.queue.egress;

import org.jspecify.annotations.NullMarked;
