/**
 * The parameters that queries may hold.
 *
 * <p>Decides which names and values an address takes, of the API and of pages alike: what is not
 * known would show everything as if it had been asked for, so it is refused.
 *
 * <p>Reads queries, and the names of campaigns.
 *
 * <p>Writes nothing.
 *
 * <p>Any thread; nothing changes.
 *
 * <p>Not here: which address takes which (facteur.admin.api.Api, facteur.admin.Pages), what a
 * filter finds (facteur.admin.report).
 */
@NullMarked
package facteur.admin.parameter;

import org.jspecify.annotations.NullMarked;
