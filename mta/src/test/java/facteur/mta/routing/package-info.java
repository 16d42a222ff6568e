@NullMarked
package facteur.mta.routing;

import org.jspecify.annotations.NullMarked;
