/**
 * commonmark-java, and nothing of it outside.
 *
 * <p>Does the rendering of Markdown with tables to HTML, with an id for each heading.
 *
 * <p>Reads texts that it is given.
 *
 * <p>Writes HTML.
 *
 * <p>Any thread.
 *
 * <p>Not here: which pages there are (facteur.admin.manual).
 */
@NullMarked
package facteur.admin.commonmark;

import org.jspecify.annotations.NullMarked;
