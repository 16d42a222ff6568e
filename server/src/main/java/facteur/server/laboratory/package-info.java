/**
 * The commands of the laboratory: {@code facteur demo} and {@code facteur lab}.
 *
 * <p>Decides what they print and with which exit status they end.
 *
 * <p>Reads arguments and, for {@code lab fill}, the settings.
 *
 * <p>Writes standard output; what it makes is below directories that the caller names, or
 * temporary.
 *
 * <p>One thread, and those of the parts that it starts.
 *
 * <p>Not here: the laboratory itself (facteur.testkit). These packages and facteur.server.demo are
 * in a jar of their own, which {@code serve} does not see.
 */
@NullMarked
package facteur.server.laboratory;

import org.jspecify.annotations.NullMarked;
