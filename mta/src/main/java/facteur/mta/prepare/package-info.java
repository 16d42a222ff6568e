/**
 * What a message becomes between being handed over and being sent: what its header asks for, which
 * fields it lacks, and each recipient's own copy with links, pixel, unsubscribe fields and DKIM
 * signatures.
 *
 * <p>Decides what is rewritten and what is left alone. On any doubt the original goes out as it
 * came, and the copy says why.
 *
 * <p>Reads message content, as often as needed, in constant memory (HTML parts within their bound
 * excepted).
 *
 * <p>Writes nothing: a rendered copy is a list of spans of the original and a few new octets.
 *
 * <p>Pure functions of immutable values; any thread.
 *
 * <p>Not here: who is suppressed (facteur.store), where a copy goes (facteur.mta), what a token
 * says (facteur.mail.token), what happens when one is used (facteur.tracker).
 */
@NullMarked
package facteur.mta.prepare;

import org.jspecify.annotations.NullMarked;
