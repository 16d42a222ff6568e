/**
 * The SMTP client as a pure function (RFC 5321, 3207, 2920, 1870, 6152, 6531, 3461).
 *
 * <p>Decides what to send next, given where the talk stands and what happened.
 *
 * <p>Reads signals.
 *
 * <p>Writes steps.
 *
 * <p>No state of its own: phases are values.
 *
 * <p>Not here: bytes and timers (facteur.mta.delivery.netty), what a refusal means
 * (facteur.mta.disposition).
 */
@NullMarked
package facteur.mta.delivery.dialogue;

import org.jspecify.annotations.NullMarked;
