@NullMarked
package facteur.tracker.netty;

import org.jspecify.annotations.NullMarked;
