@NullMarked
package facteur.mail.text;

import org.jspecify.annotations.NullMarked;
