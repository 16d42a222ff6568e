package facteur.mta.queue.egress;

import facteur.config.SitePreset;
import facteur.mta.egress.EgressSource;
import facteur.mta.routing.Route;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One destination, with its paths by source. Owned by the queue's thread.
 *
 * <p>A part of a destination is some of its hosts, for messages that the others cannot take. It
 * bears the same name and shares what is known of how much the destination bears.
 */
public final class Site {
    // RFC 5321 4.5.3.1.8: what every server must take.
    private static final int RECIPIENTS = 100;

    private final String name;
    private final boolean part;
    private final SitePreset preset;
    private final Map<String, EgressPath> paths = new LinkedHashMap<>();
    private List<Route.MxHost> hosts;
    private int mostRecipients = RECIPIENTS;

    Site(String name, List<Route.MxHost> hosts, SitePreset preset) {
        this(name, hosts, preset, false);
    }

    private Site(String name, List<Route.MxHost> hosts, SitePreset preset, boolean part) {
        this.name = name;
        this.part = part;
        this.hosts = hosts;
        this.preset = preset;
    }

    public String name() {
        return name;
    }

    /** Those of its hosts, as a destination of its own. */
    Site part(List<Route.MxHost> some) {
        return new Site(name, some, preset, true);
    }

    /** Whether it is some hosts of a destination and not all. */
    public boolean isPart() {
        return part;
    }

    /** Its hosts but for some; by name, in the order in which they are tried. */
    List<Route.MxHost> without(Set<String> some) {
        return hosts.stream().filter(host -> !some.contains(host.name())).toList();
    }

    /** Whether it has hosts besides these. */
    public boolean hasOthers(Set<String> than) {
        return !without(than).isEmpty();
    }

    public SitePreset preset() {
        return preset;
    }

    public Route.Hosts route() {
        return new Route.Hosts(name, hosts);
    }

    void hosts(List<Route.MxHost> found) {
        hosts = found;
    }

    int mostRecipients() {
        return mostRecipients;
    }

    /** The site takes fewer recipients a message than it was given. */
    public void tookOnly(int recipients) {
        mostRecipients = Math.clamp(recipients, 1, mostRecipients);
    }

    public Collection<EgressPath> paths() {
        return paths.values();
    }

    Optional<EgressPath> path(String source) {
        return Optional.ofNullable(paths.get(source));
    }

    EgressPath path(EgressSource source, Function<EgressSource, EgressPath> made) {
        return paths.computeIfAbsent(source.name(), _ -> made.apply(source));
    }

    void forget(EgressPath path) {
        paths.remove(path.source().name(), path);
    }
}
