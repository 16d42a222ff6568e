/**
 * Who was it: a person, a person's image proxy, or a machine?
 *
 * <p>Decides the audience of each hit, from rules that are data, and revises it when later hits
 * tell more.
 *
 * <p>Reads hits and {@code robots.yaml}.
 *
 * <p>Writes nothing.
 *
 * <p>Rules are immutable; {@link facteur.tracker.engagement.Bursts} belongs to the recorder's
 * thread.
 *
 * <p>Not here: HTTP (facteur.tracker.netty), events on disk (facteur.tracker.recording).
 */
@NullMarked
package facteur.tracker.engagement;

import org.jspecify.annotations.NullMarked;
