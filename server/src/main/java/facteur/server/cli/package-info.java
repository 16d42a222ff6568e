/**
 * The command line.
 *
 * <p>Decides what is printed, and with which exit status a command ends: 0 done, 1 failed, 2 wrong
 * use or configuration.
 *
 * <p>Reads arguments, files and standard input; asks the running server through its control API.
 *
 * <p>Writes standard output and error.
 *
 * <p>One thread.
 *
 * <p>Not here: what the commands do (facteur.server and the modules).
 */
@NullMarked
package facteur.server.cli;

import org.jspecify.annotations.NullMarked;
