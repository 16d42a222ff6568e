@NullMarked
package facteur.admin.undertow;

import org.jspecify.annotations.NullMarked;
