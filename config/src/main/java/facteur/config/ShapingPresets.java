package facteur.config;

import java.util.List;
import java.util.Locale;

/**
 * What is known of receiving sites before the first mail.
 *
 * @param defaults for sites without a preset
 */
public record ShapingPresets(String version, SitePreset defaults, List<SitePreset> sites) {
    public ShapingPresets {
        sites = List.copyOf(sites);
    }

    /** The same, with another limit of connections for sites without a preset. */
    public ShapingPresets withDefaultConnections(int connections) {
        SitePreset site =
                new SitePreset(
                        defaults.name(),
                        defaults.mx(),
                        Math.min(defaults.start(), connections),
                        connections,
                        defaults.together(),
                        defaults.messagesPerConnection(),
                        defaults.messages(),
                        defaults.newConnections(),
                        defaults.idle(),
                        defaults.tls());
        return new ShapingPresets(version, site, sites);
    }

    /** The preset for the site of an MX host. */
    public SitePreset of(String mxHost) {
        String host = mxHost.toLowerCase(Locale.ROOT);
        return sites.stream().filter(site -> site.has(host)).findFirst().orElse(defaults);
    }
}
