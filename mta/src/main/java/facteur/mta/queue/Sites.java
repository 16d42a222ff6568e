package facteur.mta.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.config.ShapingPresets;
import facteur.config.SitePreset;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pools;
import facteur.mta.routing.Route;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The destinations that mail waits for or is sent to, and which path serves whom. */
final class Sites {
    private static final int DOMAINS = 100_000;

    private final Pools pools;
    private final ShapingPresets presets;
    private final Directives directives;
    private final PathMemory memory;
    private final Map<String, Site> sites = new HashMap<>();
    private final Cache<String, String> siteOfDomain =
            Caffeine.newBuilder().maximumSize(DOMAINS).executor(Runnable::run).build();

    Sites(Pools pools, ShapingPresets presets, Directives directives, PathMemory memory) {
        this.pools = pools;
        this.presets = presets;
        this.directives = directives;
        this.memory = memory;
    }

    /** The destination of a domain, whose hosts the DNS has just told. */
    Site found(String domain, Route.Hosts route) {
        if (!of(domain).equals(route.site())) {
            siteOfDomain.put(domain, route.site());
        }
        Site site =
                sites.computeIfAbsent(
                        route.site(), name -> new Site(name, route.hosts(), preset(route)));
        site.hosts = route.hosts();
        return site;
    }

    private SitePreset preset(Route.Hosts route) {
        return presets.of(route.hosts().getFirst().name());
    }

    /**
     * The path that serves a recipient: of the sources that may carry his mail, one that neither
     * rests at the site nor is held, by weight. When all of them are, one all the same: there he
     * waits.
     */
    Path choose(Pending pending, Site site, Instant now) {
        Lane lane = pending.lane();
        Optional<EgressSource> ordered =
                directives.source(pending, site.name).flatMap(pools::source);
        if (ordered.isPresent()) {
            return path(site, ordered.get());
        }
        List<EgressSource> may = pools.of(lane.credential(), lane.campaign(), lane.pool());
        if (may.size() == 1) {
            return path(site, may.getFirst());
        }
        List<EgressSource> free = new ArrayList<>(may);
        free.removeIf(s -> directives.isSourceHeld(s.name()) || path(site, s).isSuspended(now));
        return path(
                site,
                Pools.choose(
                        free.isEmpty() ? may : free, pending.message() ^ site.name.hashCode()));
    }

    /** Whether another source than this path's could carry the recipient's mail now. */
    boolean hasAnother(Pending pending, Path than, Instant now) {
        Lane lane = pending.lane();
        return pools.of(lane.credential(), lane.campaign(), lane.pool()).stream()
                .filter(source -> !source.name().equals(than.source.name()))
                .anyMatch(
                        source ->
                                !directives.isSourceHeld(source.name())
                                        && !path(than.site, source).isSuspended(now));
    }

    private Path path(Site site, EgressSource source) {
        return site.paths.computeIfAbsent(
                source.name(),
                name -> {
                    Shaper shaper = new Shaper(name, site.name, site.preset);
                    memory.recall(shaper, name, site.name);
                    return new Path(site, source, shaper);
                });
    }

    /** The paths of all our sources towards a site, also of those that have not been used. */
    List<Path> everyPath(Site site) {
        return pools.all().stream().map(source -> path(site, source)).toList();
    }

    /** The site that a domain was last found to have; empty when that is not known. */
    String of(String domain) {
        String site = siteOfDomain.getIfPresent(domain);
        return site == null ? "" : site;
    }

    Optional<Site> named(String name) {
        return Optional.ofNullable(sites.get(name));
    }

    Collection<Site> all() {
        return sites.values();
    }

    /** Every path, to be changed while it is looked at. */
    List<Path> paths() {
        return sites.values().stream().flatMap(site -> site.paths.values().stream()).toList();
    }

    /** Lets go of a path that nothing is known of but what the memory of paths keeps. */
    void forget(Path path, Instant now) {
        if (path.isForgettable(now)) {
            path.site.paths.remove(path.source.name(), path);
            if (path.site.paths.values().stream().allMatch(other -> other.isForgettable(now))) {
                sites.remove(path.site.name, path.site);
            }
        }
    }
}
