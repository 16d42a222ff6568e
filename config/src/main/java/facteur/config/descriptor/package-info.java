/**
 * File descriptors of this process: how many it may have, and how many are kept back.
 *
 * <p>Decides whether one more connection may be accepted.
 *
 * <p>Reads the limit of the process and the count of what it holds open.
 *
 * <p>Writes nothing.
 *
 * <p>Safe for use by any thread.
 *
 * <p>Not here: accepting itself (facteur.tracker.netty, facteur.mta.smtpd.netty), the limits of
 * connections (facteur.config.TrackerSettings, facteur.config.SubmissionSettings).
 */
@NullMarked
package facteur.config.descriptor;

import org.jspecify.annotations.NullMarked;
