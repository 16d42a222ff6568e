@NullMarked
package facteur.mta.reception.netty;

import org.jspecify.annotations.NullMarked;
