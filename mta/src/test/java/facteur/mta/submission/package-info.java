@NullMarked
package facteur.mta.submission;

import org.jspecify.annotations.NullMarked;
