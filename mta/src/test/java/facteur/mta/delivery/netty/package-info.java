@NullMarked
package facteur.mta.delivery.netty;

import org.jspecify.annotations.NullMarked;
