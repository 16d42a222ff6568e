/**
 * The packages: a Debian package, an archive with the same tree, an OCI image.
 *
 * <p>Decides which files there are, their places, modes and order; the same build gives the same
 * octets, but for the caches of the virtual machine.
 *
 * <p>Reads a checkout with its build (server/target/dist), a JDK, and {@code
 * packaging/src/main/files}.
 *
 * <p>Writes below the directory that the caller names, and a tree beside it that goes afterwards.
 *
 * <p>One thread; jlink, the training runs of the caches and mmdebstrap are processes.
 *
 * <p>Not here: what an installed Facteur does (facteur.server); the launcher is
 * src/main/files/usr/bin/facteur.
 */
@NullMarked
package facteur.packaging;

import org.jspecify.annotations.NullMarked;
