/**
 * Mail that comes back: reports of failure, delay and delivery, complaints, unsubscriptions, and
 * the answers of machines that are none of these.
 *
 * <p>Decides who may bring something back, what a returned mail is, about whom it speaks, why, and
 * what follows for the address; and which hard bounces are not to be believed.
 *
 * <p>Reads mail from strangers: RFC 3464, RFC 6533, RFC 5965, RFC 8098, and notices in plain words;
 * the views, for whom a token was made; the journal, for jumps in refusals.
 *
 * <p>Writes feedback and unsubscription events into the journal, and what they suppress into the
 * suppression book, before the client is told 250.
 *
 * <p>Readers and judges are immutable, any thread; a dialogue belongs to its connection, jumps to
 * the thread of BounceSpikeWatch.
 *
 * <p>Not here: what a refusal means (facteur.mta.disposition), sockets (facteur.mta.smtpd.netty),
 * how tokens are sealed (facteur.mail.token).
 */
@NullMarked
package facteur.mta.feedback;

import org.jspecify.annotations.NullMarked;
