/**
 * The laboratory: everything needed to watch the mail server work without touching the outside
 * world. It is also what judges it, so it shares no code with it: own SMTP reader, own replies, own
 * MIME reader.
 *
 * <p>Reads: what tests and {@code facteur lab} ask for through constructors and records. No
 * configuration files but DNS zones and provider wordings.
 *
 * <p>Writes: nothing but answers on loopback sockets.
 *
 * <p>Threads: each part starts virtual threads of its own, and ends them when it is closed.
 *
 * <p>Not here: the real submission, delivery and tracking ({@code facteur.mta}, {@code
 * facteur.tracker}), and the command line ({@code facteur.server}).
 */
@NullMarked
package facteur.testkit;

import org.jspecify.annotations.NullMarked;
