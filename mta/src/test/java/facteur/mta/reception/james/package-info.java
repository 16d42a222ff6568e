@NullMarked
package facteur.mta.reception.james;

import org.jspecify.annotations.NullMarked;
