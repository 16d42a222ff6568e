@NullMarked
package facteur.mta.reception;

import org.jspecify.annotations.NullMarked;
