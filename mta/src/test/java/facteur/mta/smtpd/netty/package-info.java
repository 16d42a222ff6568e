@NullMarked
package facteur.mta.smtpd.netty;

import org.jspecify.annotations.NullMarked;
