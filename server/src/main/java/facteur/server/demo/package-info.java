/**
 * {@code facteur demo}: a server, a laboratory of fake providers, and people and robots that read.
 *
 * <p>Decides who the recipients are and what becomes of them.
 *
 * <p>Reads nothing from outside.
 *
 * <p>Writes a data directory of its own; sends over real SMTP and HTTP on loopback.
 *
 * <p>Readers are played on virtual threads.
 *
 * <p>Not here: the laboratory (facteur.testkit).
 */
@NullMarked
package facteur.server.demo;

import org.jspecify.annotations.NullMarked;
