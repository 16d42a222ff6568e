/**
 * Internationalised domain names by ICU; the only package that imports it.
 *
 * <p>Decides the ASCII form of a domain (UTS 46, IDNA 2008).
 *
 * <p>Reads domain names as people write them.
 *
 * <p>Writes A-labels.
 *
 * <p>Immutable; any thread.
 *
 * <p>Not here: what an address is (facteur.mail.address).
 */
@NullMarked
package facteur.config.icu;

import org.jspecify.annotations.NullMarked;
