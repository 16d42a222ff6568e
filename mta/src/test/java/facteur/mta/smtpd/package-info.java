@NullMarked
package facteur.mta.smtpd;

import org.jspecify.annotations.NullMarked;
