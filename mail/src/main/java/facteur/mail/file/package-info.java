/**
 * Files that hold mail or secrets, and whose they are.
 *
 * <p>Sees to it that what this process makes can be read by its owner alone, mends what was made
 * otherwise, and says whose a file is that cannot be opened.
 *
 * <p>Reads and writes permissions and owners.
 *
 * <p>Any thread; the mask of the process is set once.
 *
 * <p>Not here: what stands in the files (facteur.store, facteur.mail.token).
 */
@NullMarked
package facteur.mail.file;

import org.jspecify.annotations.NullMarked;
