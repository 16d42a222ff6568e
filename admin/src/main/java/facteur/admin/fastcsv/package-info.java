/**
 * FastCSV, and nothing of it outside.
 *
 * <p>Does the writing and reading of comma-separated values (RFC 4180), and decides which cells a
 * spreadsheet would run.
 *
 * <p>Reads and writes streams that it is given.
 *
 * <p>Writes no file.
 *
 * <p>One thread a file.
 *
 * <p>Not here: what the columns mean (facteur.admin.order, facteur.admin.screen).
 */
@NullMarked
package facteur.admin.fastcsv;

import org.jspecify.annotations.NullMarked;
