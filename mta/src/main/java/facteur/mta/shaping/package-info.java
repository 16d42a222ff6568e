/**
 * How much one egress path (a source towards a site) may send.
 *
 * <p>Decides how many connections a path has at most, when the next one may be opened and the next
 * message given, from a preset and from what the site answered.
 *
 * <p>Reads presets (facteur.config), and what was learnt before from shaping events.
 *
 * <p>Writes nothing: it answers with shaping events for the queue to record.
 *
 * <p>No thread, no clock: a shaper belongs to its caller, which passes the time.
 *
 * <p>Not here: what a reply means (facteur.mta.disposition), who waits (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.shaping;

import org.jspecify.annotations.NullMarked;
