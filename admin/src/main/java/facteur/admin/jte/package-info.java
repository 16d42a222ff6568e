/**
 * The template engine jte, and nothing of it outside. Templates are compiled with the module.
 *
 * <p>Does the making of HTML; what is filled in is escaped by where it stands.
 *
 * <p>Reads compiled templates.
 *
 * <p>Writes text.
 *
 * <p>Any thread.
 *
 * <p>Not here: what a page shows (facteur.admin.screen).
 */
@NullMarked
package facteur.admin.jte;

import org.jspecify.annotations.NullMarked;
