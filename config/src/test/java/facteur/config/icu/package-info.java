@NullMarked
package facteur.config.icu;

import org.jspecify.annotations.NullMarked;
