/**
 * The composition root: builds every part from the settings, starts them in order, stops them in
 * the reverse.
 *
 * <p>Decides the order of starting and stopping, and what is made at the first start.
 *
 * <p>Reads the configuration and the data directory.
 *
 * <p>Writes what a first start makes: token keys, a certificate, a credential.
 *
 * <p>The threads are those of the parts.
 *
 * <p>Not here: the command line (facteur.server.cli).
 */
@NullMarked
package facteur.server;

import org.jspecify.annotations.NullMarked;
