@NullMarked
package facteur.mail.address;

import org.jspecify.annotations.NullMarked;
