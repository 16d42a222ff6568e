@NullMarked
package facteur.server.setup;

import org.jspecify.annotations.NullMarked;
