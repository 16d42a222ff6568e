/**
 * French and English.
 *
 * <p>Decides which language a reader gets, and how words, numbers, dates and plurals are said in
 * it.
 *
 * <p>Reads the bundles {@code words_en.properties} and {@code words_fr.properties}.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: which words stand on a page (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.language;

import org.jspecify.annotations.NullMarked;
