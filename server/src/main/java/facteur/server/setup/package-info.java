/**
 * What must be published for mail to be believed.
 *
 * <p>Decides whether SPF, DKIM, DMARC, MX, the names of our addresses, certificates and the
 * tracking host are as receivers want them, and which record is missing.
 *
 * <p>Reads the DNS, certificate files, and one pixel of the tracking host over the network.
 *
 * <p>Writes nothing; what was found is kept in memory for some minutes.
 *
 * <p>Virtual threads that wait; asking never waits for them.
 *
 * <p>Not here: how it is shown (facteur.admin.screen), the keys themselves ({@link
 * facteur.server.key.DkimKeyFiles}).
 */
@NullMarked
package facteur.server.setup;

import org.jspecify.annotations.NullMarked;
