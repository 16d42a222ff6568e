/**
 * The whole node on one thread, in virtual time, on a disk that fails and loses its power.
 *
 * <pre>
 *  SimulatedClient --octets--> MemoryConnection [Framer, James, Intake] --> journal (writeTurn)
 *   (pipelines, is slow,                                                       |        |
 *    is cut off anywhere)                                        Queue <-------+   folds (foldTurn)
 *                                                                  |
 *  ModelledSite  <--lines--  Dialogue  <----- sessions, HostWalk --+--> Router --> late, failing DNS
 *   (TroubledSite)
 * </pre>
 *
 * <p>{@link facteur.mta.queue.owner.VirtualOwner} is the heap of events of the world. A {@link
 * facteur.mta.simulation.Machine} is one life of the node: what it had posted is void once it has
 * stopped, while what it had sent still arrives. {@link facteur.mta.simulation.SimulatedNode} is
 * the composition; real are framer, James' handlers, intake, journal, folds, views, queue, renderer
 * and dialogue.
 *
 * <p>All chance comes from one seed. {@link facteur.mta.simulation.Oracle} holds what clients and
 * sites saw against journal and views.
 *
 * <p>Not here: TLS, the files of LMDB (they stand on a real disk, and only their commits fail),
 * notices, the tracker.
 */
@NullMarked
package facteur.mta.simulation;

import org.jspecify.annotations.NullMarked;
