/**
 * Certificates for laboratories: made on the spot, signed by themselves, trusted by nobody else.
 * The only package of the laboratory that knows Bouncy Castle.
 *
 * <p>Reads: the names a certificate is to have.
 *
 * <p>Writes: nothing; PEM text is handed out for those who need files.
 *
 * <p>Threads: everything is immutable.
 *
 * <p>Not here: who begins TLS and when ({@link facteur.testkit.smtp}).
 */
@NullMarked
package facteur.testkit.tls;

import org.jspecify.annotations.NullMarked;
