@NullMarked
package facteur.mta.delivery.dialogue;

import org.jspecify.annotations.NullMarked;
