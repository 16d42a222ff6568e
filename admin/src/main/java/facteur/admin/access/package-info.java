/**
 * Who may use the admin, and what for.
 *
 * <p>Decides whether a request is authenticated, and what its role may do.
 *
 * <p>Reads accounts, keys and the token of the command line below the data directory.
 *
 * <p>Writes the same, and the audit log. Sessions are only in memory: a restart asks everybody to
 * log in again.
 *
 * <p>Any thread; each class guards its own state.
 *
 * <p>Not here: which screen needs which role (facteur.admin), Argon2 (facteur.config.password).
 */
@NullMarked
package facteur.admin.access;

import org.jspecify.annotations.NullMarked;
