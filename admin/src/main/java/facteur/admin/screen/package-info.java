/**
 * The pages.
 *
 * <p>Decides what each shows for a query, and which words explain a row or an event.
 *
 * <p>Reads reports, and what the parts behind {@link facteur.admin.control} say.
 *
 * <p>Writes nothing itself; forms become orders.
 *
 * <p>Any thread.
 *
 * <p>Not here: markup ({@code src/main/jte}), the API (facteur.admin.api).
 */
@NullMarked
package facteur.admin.screen;

import org.jspecify.annotations.NullMarked;
