/**
 * The admin: pages, API, live updates, metrics and health, on one listener of their own.
 *
 * <p>Decides which path leads where, which role it needs, and which headers guard it.
 *
 * <p>Reads the views, and through {@link facteur.admin.control} the queue, credentials and keys.
 *
 * <p>Writes orders of operators into the journal; accounts, keys and the audit log below the data
 * directory.
 *
 * <p>A virtual thread for each request.
 *
 * <p>Not here: the tracker's public pages (facteur.tracker), sending (facteur.mta).
 */
@NullMarked
package facteur.admin;

import org.jspecify.annotations.NullMarked;
