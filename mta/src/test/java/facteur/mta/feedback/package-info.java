@NullMarked
package facteur.mta.feedback;

import org.jspecify.annotations.NullMarked;
