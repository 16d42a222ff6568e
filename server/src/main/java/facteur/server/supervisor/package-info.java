/**
 * Tells whoever started the process how it is: systemd, by sd_notify(3).
 *
 * <p>Decides nothing.
 *
 * <p>Reads NOTIFY_SOCKET of the environment.
 *
 * <p>Writes datagrams to that socket.
 *
 * <p>No thread and no state but the address.
 *
 * <p>Not here: whether the server is ready (facteur.server, ServeCommand).
 */
@NullMarked
package facteur.server.supervisor;

import org.jspecify.annotations.NullMarked;
