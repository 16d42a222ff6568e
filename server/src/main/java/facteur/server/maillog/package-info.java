/**
 * The mail log: a line for each message accepted, each attempt, each bounce received, each
 * suppression made or lifted, and in sums a second for refused logins and refused links.
 *
 * <p>Decides what stands in a line and how it is escaped: whatever a reply or an address says, it
 * can forge neither a line nor a key. Never a body, never a secret.
 *
 * <p>Reads the journal, behind the hot path; of messages that it has not in memory any more, the
 * views.
 *
 * <p>Writes standard output or a file with rotation, and in {@code data_dir/mail-log.position} how
 * far it has come: a kill repeats some lines rather than losing them.
 *
 * <p>One thread owns all of it ({@link facteur.server.maillog.MailLog}); mail never waits for it.
 *
 * <p>Not here: the log of the program (facteur.server.Logging), which goes to standard error.
 */
@NullMarked
package facteur.server.maillog;

import org.jspecify.annotations.NullMarked;
