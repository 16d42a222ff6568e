/**
 * Argon2id by Bouncy Castle, and nothing of it outside.
 *
 * <p>Does the hashing of chosen passwords.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Any thread.
 *
 * <p>Not here: which passwords are allowed, how often one may guess (facteur.admin.access,
 * facteur.mta.submission).
 */
@NullMarked
package facteur.config.password.bouncycastle;

import org.jspecify.annotations.NullMarked;
