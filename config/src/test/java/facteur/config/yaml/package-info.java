@NullMarked
package facteur.config.yaml;

import org.jspecify.annotations.NullMarked;
