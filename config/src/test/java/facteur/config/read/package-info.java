@NullMarked
package facteur.config.read;

import org.jspecify.annotations.NullMarked;
