/**
 * Time and chance that tests hold in their hands.
 *
 * <p>Reads: the system property {@code facteur.seed}.
 *
 * <p>Writes: nothing.
 *
 * <p>Threads: {@link facteur.testkit.time.ManualTime} may be moved by one thread and read by
 * others.
 *
 * <p>Not here: waiting.
 */
@NullMarked
package facteur.testkit.time;

import org.jspecify.annotations.NullMarked;
