/**
 * What Prometheus scrapes, a binder for each part of the server.
 *
 * <p>Decides names and labels. A label has few values: never an address, a campaign or a domain of
 * a recipient; sites only as far as {@link facteur.server.metrics.TopSites} names them.
 *
 * <p>Reads the counters of the parts, and looks at the queue once a scrape.
 *
 * <p>Writes nothing.
 *
 * <p>Scrapes come on the admin's threads; outcomes are counted on the queue's.
 *
 * <p>Not here: the alerts of the pages (facteur.server.AlertEvaluator), and the rules and
 * dashboards that lean on these names (facteur.config, packaging).
 */
@NullMarked
package facteur.server.metrics;

import org.jspecify.annotations.NullMarked;
