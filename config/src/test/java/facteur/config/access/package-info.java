@NullMarked
package facteur.config.access;

import org.jspecify.annotations.NullMarked;
