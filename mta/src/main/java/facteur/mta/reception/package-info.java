/**
 * Where a submitting client stands (RFC 6409): its login, the envelope that it is writing, and
 * which command may come when.
 *
 * <p>Decides in what order commands may come, and who has logged in.
 *
 * <p>Reads lines.
 *
 * <p>Writes nothing.
 *
 * <p>A session belongs to one connection.
 *
 * <p>Not here: how octets become lines (facteur.mta.smtpd), the command handlers
 * (facteur.mta.reception.james), what is done with a message (facteur.mta.submission).
 */
@NullMarked
package facteur.mta.reception;

import org.jspecify.annotations.NullMarked;
