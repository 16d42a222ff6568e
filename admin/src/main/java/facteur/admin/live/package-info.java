/**
 * Tells open pages that something changed.
 *
 * <p>Decides when: at most once a second for each page.
 *
 * <p>Reads that events were folded.
 *
 * <p>Writes server-sent events.
 *
 * <p>The folding thread only counts; each page's own thread waits and writes.
 *
 * <p>Not here: what changed; pages ask for themselves again (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.live;

import org.jspecify.annotations.NullMarked;
