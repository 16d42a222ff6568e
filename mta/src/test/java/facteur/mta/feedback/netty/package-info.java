@NullMarked
package facteur.mta.feedback.netty;

import org.jspecify.annotations.NullMarked;
