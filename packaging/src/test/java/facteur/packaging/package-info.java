/** Looks at packages with Debian's own tools. */
@NullMarked
package facteur.packaging;

import org.jspecify.annotations.NullMarked;
