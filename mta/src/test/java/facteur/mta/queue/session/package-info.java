@NullMarked
package facteur.mta.queue.session;

import org.jspecify.annotations.NullMarked;
