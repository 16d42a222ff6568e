/**
 * Argon2id by Bouncy Castle, and nothing of it outside.
 *
 * <p>Does the hashing of people's passwords.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Any thread.
 *
 * <p>Not here: which passwords are allowed, how often one may guess (facteur.admin.access).
 */
@NullMarked
package facteur.admin.access.bouncycastle;

import org.jspecify.annotations.NullMarked;
