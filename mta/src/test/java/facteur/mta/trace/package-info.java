@NullMarked
package facteur.mta.trace;

import org.jspecify.annotations.NullMarked;
