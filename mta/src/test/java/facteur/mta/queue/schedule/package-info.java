@NullMarked
package facteur.mta.queue.schedule;

import org.jspecify.annotations.NullMarked;
