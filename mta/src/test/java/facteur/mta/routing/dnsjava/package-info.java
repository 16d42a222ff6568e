@NullMarked
package facteur.mta.routing.dnsjava;

import org.jspecify.annotations.NullMarked;
