/**
 * Mail that comes back: reports of failure, delay and delivery, complaints, and the answers of
 * machines that are none of these.
 *
 * <p>Decides what a returned mail is, about whom it speaks, and why.
 *
 * <p>Reads mail from strangers: RFC 3464, RFC 6533, RFC 5965, RFC 8098, and notices in plain words.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable; any thread.
 *
 * <p>Not here: what a refusal means (facteur.mta.disposition), whether a report is genuine and
 * which message it is about, which the signed return-path says.
 */
@NullMarked
package facteur.mta.feedback;

import org.jspecify.annotations.NullMarked;
