/**
 * A disk that fails when it is told to.
 *
 * <p>Decides nothing: a {@link facteur.testkit.disk.DiskFault} does.
 *
 * <p>Reads and writes through to the real file.
 *
 * <p>Adds nothing to it.
 *
 * <p>No state; any thread.
 *
 * <p>Not here: which files there are, and what must hold after a failure (the tests).
 */
@NullMarked
package facteur.testkit.disk;

import org.jspecify.annotations.NullMarked;
