@NullMarked
package facteur.mail.suppression;

import org.jspecify.annotations.NullMarked;
