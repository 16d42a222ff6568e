/**
 * What people at a screen, a key or a console order.
 *
 * <p>Does it: an audit line first, then the event in the journal, then the queue is told.
 *
 * <p>Reads nothing.
 *
 * <p>Writes operator events and the audit log.
 *
 * <p>Any thread; waits for the disk.
 *
 * <p>Not here: who may order what (facteur.admin), what the events bring about
 * (facteur.store.fold).
 */
@NullMarked
package facteur.admin.order;

import org.jspecify.annotations.NullMarked;
