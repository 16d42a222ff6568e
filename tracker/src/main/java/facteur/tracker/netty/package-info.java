/**
 * The tracker's HTTP server on Netty.
 *
 * <p>Decides what is answered to whom. The answer never depends on the verdict about a hit, and
 * opens and clicks never wait for the disk.
 *
 * <p>Reads requests and seals of tokens.
 *
 * <p>Writes answers; hands hits over to facteur.tracker.recording.
 *
 * <p>A connection lives on one event loop.
 *
 * <p>Not here: tokens (facteur.mail.token), who was it (facteur.tracker.engagement).
 */
@NullMarked
package facteur.tracker.netty;

import org.jspecify.annotations.NullMarked;
