/**
 * A DNS server for laboratories: real wire format over UDP and TCP on one loopback port, with the
 * answers and the faults a test asks for. The only package of the laboratory that knows dnsjava.
 *
 * <p>Reads: a {@link facteur.testkit.dns.Zone}, built in code or read from a file, which may change
 * while the server runs.
 *
 * <p>Writes: answers, and a count of what was asked.
 *
 * <p>Threads: one virtual thread per socket and one per query, so a slow answer holds nothing else
 * up. The zone is guarded by its own lock.
 *
 * <p>Not here: resolving, caching and choosing hosts ({@code facteur.mta}).
 */
@NullMarked
package facteur.testkit.dns;

import org.jspecify.annotations.NullMarked;
