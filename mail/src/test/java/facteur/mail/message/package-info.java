@NullMarked
package facteur.mail.message;

import org.jspecify.annotations.NullMarked;
