@NullMarked
package facteur.mta.disposition;

import org.jspecify.annotations.NullMarked;
