@NullMarked
package facteur.mta.delivery;

import org.jspecify.annotations.NullMarked;
