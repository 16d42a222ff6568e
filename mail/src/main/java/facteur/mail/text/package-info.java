/**
 * Text from strangers, for people to look at.
 *
 * <p>Decides which characters are shown as what they are, and which by their number.
 *
 * <p>Reads and writes nothing.
 *
 * <p>Pure functions; any thread.
 *
 * <p>Not here: what is kept of a header (facteur.message), escaping for HTML (facteur.admin.jte).
 */
@NullMarked
package facteur.mail.text;

import org.jspecify.annotations.NullMarked;
