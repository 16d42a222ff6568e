/**
 * Links, marks and the place of the pixel in HTML and plain text.
 *
 * <p>Decides which links are rewritten, and exactly which octets those are.
 *
 * <p>Reads one decoded part in memory.
 *
 * <p>Writes nothing: what it finds are places.
 *
 * <p>Scanners belong to one thread.
 *
 * <p>Not here: what a link is replaced with (facteur.message.render), parts and their encodings
 * (facteur.message.mime).
 */
@NullMarked
package facteur.message.html;

import org.jspecify.annotations.NullMarked;
