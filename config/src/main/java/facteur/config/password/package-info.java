/**
 * Passwords, as they are kept and as they are compared.
 *
 * <p>Decides whether an offered password is the one that was meant.
 *
 * <p>Reads the text forms of what is kept: in clear, Argon2id, or the hash of a key.
 *
 * <p>Writes the text form of a key that was made here.
 *
 * <p>Any thread.
 *
 * <p>Not here: how often one may guess (facteur.config.access), the talk of SASL
 * (facteur.mta.reception).
 */
@NullMarked
package facteur.config.password;

import org.jspecify.annotations.NullMarked;
