/**
 * The manual, as the UI serves it to those who have no network.
 *
 * <p>Does the finding and rendering of a page, and its contents.
 *
 * <p>Reads the documents that were packed beside these classes ({@code docs} of the sources).
 *
 * <p>Writes nothing.
 *
 * <p>Any thread; a page is rendered once.
 *
 * <p>Not here: Markdown itself (facteur.admin.commonmark), the frame of a page
 * (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.manual;

import org.jspecify.annotations.NullMarked;
