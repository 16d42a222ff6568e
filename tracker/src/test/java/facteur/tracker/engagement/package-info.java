@NullMarked
package facteur.tracker.engagement;

import org.jspecify.annotations.NullMarked;
