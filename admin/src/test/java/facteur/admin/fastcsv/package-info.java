@NullMarked
package facteur.admin.fastcsv;

import org.jspecify.annotations.NullMarked;
