@NullMarked
package facteur.mta.queue;

import org.jspecify.annotations.NullMarked;
