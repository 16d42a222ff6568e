package facteur.mta.queue;

import facteur.config.SitePreset;
import facteur.mta.routing.Route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One destination, with its paths by source. Owned by the queue's thread. */
final class Site {
    // RFC 5321 4.5.3.1.8: what every server must take.
    private static final int RECIPIENTS = 100;

    final String name;
    final SitePreset preset;
    final Map<String, Path> paths = new LinkedHashMap<>();
    List<Route.MxHost> hosts;
    int mostRecipients = RECIPIENTS;

    Site(String name, List<Route.MxHost> hosts, SitePreset preset) {
        this.name = name;
        this.hosts = hosts;
        this.preset = preset;
    }

    Route.Hosts route() {
        return new Route.Hosts(name, hosts);
    }

    /** The site takes fewer recipients a message than it was given. */
    void tookOnly(int recipients) {
        mostRecipients = Math.clamp(recipients, 1, mostRecipients);
    }
}
