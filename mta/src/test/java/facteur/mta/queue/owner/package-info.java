@NullMarked
package facteur.mta.queue.owner;

import org.jspecify.annotations.NullMarked;
