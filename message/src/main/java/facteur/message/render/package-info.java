/**
 * Each recipient's own copy of a message: links, pixel, unsubscribe fields, signatures.
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
 * <p>Not here: how a message is taken apart (facteur.message.mime, facteur.message.html), how it is
 * signed (facteur.message.dkim), where a copy goes (facteur.mta), what a token says
 * (facteur.mail.token), what happens when one is used (facteur.tracker).
 */
@NullMarked
package facteur.message.render;

import org.jspecify.annotations.NullMarked;
