/**
 * The people and the machines that read delivered mail: they load its images, follow its links,
 * unsubscribe.
 *
 * <p>Reads: delivered messages as bytes, with a small MIME reader of its own.
 *
 * <p>Writes: HTTP requests to the one tracker it was told of; links that lead elsewhere are never
 * followed.
 *
 * <p>Threads: calls come from the caller's thread; the HTTP client has its own, which end when the
 * simulator is closed.
 *
 * <p>Not here: how mail is delivered ({@link facteur.testkit.smtp}).
 */
@NullMarked
package facteur.testkit.web;

import org.jspecify.annotations.NullMarked;
