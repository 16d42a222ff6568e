@NullMarked
package facteur.mta.queue.record;

import org.jspecify.annotations.NullMarked;
