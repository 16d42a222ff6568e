/**
 * What the admin needs of the parts that send and track, in its own words. The server puts them
 * behind it.
 *
 * <p>Decides nothing; these are the questions and orders.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Called from the threads of requests; answers may take a while but not wait for the network
 * longer than a page may.
 *
 * <p>Not here: what is read from the views (facteur.store.query), which orders are recorded as
 * events (facteur.admin.order.OperatorActions).
 */
@NullMarked
package facteur.admin.control;

import org.jspecify.annotations.NullMarked;
