@NullMarked
package facteur.config.unit;

import org.jspecify.annotations.NullMarked;
