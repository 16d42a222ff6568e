/**
 * The MIME reader of mime4j, and nothing of it outside.
 *
 * <p>Does the taking apart of a stored message, for people to look at.
 *
 * <p>Reads message bytes.
 *
 * <p>Writes nothing.
 *
 * <p>Any thread.
 *
 * <p>Not here: what is sent (facteur.message), how it is shown (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.mime4j;

import org.jspecify.annotations.NullMarked;
