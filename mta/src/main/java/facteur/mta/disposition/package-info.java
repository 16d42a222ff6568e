/**
 * What an answer, or the lack of one, means: for the recipient, for the path it came over, for the
 * next try.
 *
 * <p>Decides hard or soft, the category, when to try again, and which path should rest; nobody else
 * looks at reply codes.
 *
 * <p>Reads the bounce rules (bounces.yaml), evidence from delivery and texts from reports.
 *
 * <p>Writes nothing.
 *
 * <p>Rules and policy are immutable; the classifier's cache is shared safely by all threads.
 *
 * <p>Not here: carrying the decision out (facteur.mta.queue), reports that come back as mail
 * (facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.disposition;

import org.jspecify.annotations.NullMarked;
