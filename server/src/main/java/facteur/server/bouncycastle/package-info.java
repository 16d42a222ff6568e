/**
 * The certificate that a first start makes.
 *
 * <p>Decides its algorithm, names and time.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing; FirstStart keeps what is made.
 *
 * <p>No thread and no state.
 *
 * <p>Not here: reading certificates and keys (facteur.server.CertifiedKey).
 */
@NullMarked
package facteur.server.bouncycastle;

import org.jspecify.annotations.NullMarked;
