@NullMarked
package facteur.mail.queue;

import org.jspecify.annotations.NullMarked;
