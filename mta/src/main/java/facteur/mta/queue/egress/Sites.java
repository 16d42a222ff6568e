package facteur.mta.queue.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.config.ShapingPresets;
import facteur.mta.egress.EgressSource;
import facteur.mta.egress.Pools;
import facteur.mta.queue.schedule.Directives;
import facteur.mta.queue.schedule.QueueKey;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Whereabouts;
import facteur.mta.routing.Route;
import facteur.mta.shaping.Shaper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The destinations that mail waits for or is sent to, and which path serves whom. */
public final class Sites {
    private static final int DOMAINS = 100_000;

    private final Pools pools;
    private final ShapingPresets presets;
    private final Directives directives;
    private final PathMemory memory;
    private final Supplier<Duration> maxAge;
    private final Whereabouts whereabouts;
    private final Map<String, Site> sites = new HashMap<>();
    // By site, and in it by the hosts that are left out. Few: only for messages that some host of a
    // site cannot take.
    private final Map<String, Map<Set<String>, Site>> parts = new HashMap<>();
    private final Cache<String, String> siteOfDomain =
            Caffeine.newBuilder().maximumSize(DOMAINS).executor(Runnable::run).build();

    /**
     * @param maxAge how long mail is tried at most
     */
    public Sites(
            Pools pools,
            ShapingPresets presets,
            Directives directives,
            PathMemory memory,
            Supplier<Duration> maxAge,
            Whereabouts whereabouts) {
        this.pools = pools;
        this.presets = presets;
        this.directives = directives;
        this.memory = memory;
        this.maxAge = maxAge;
        this.whereabouts = whereabouts;
    }

    /** The destination of a domain, whose hosts the DNS has just told. */
    public Site found(String domain, Route.Hosts route) {
        if (!of(domain).equals(route.site())) {
            siteOfDomain.put(domain, route.site());
        }
        Site site =
                sites.computeIfAbsent(
                        route.site(), name -> new Site(name, route.hosts(), preset(route)));
        site.hosts(route.hosts());
        return site;
    }

    /**
     * Where the mail of a recipient may wait: at the site, or at a part of it when some of its
     * hosts do not offer what the message needs. When no other is left, the DNS has changed, and
     * the site is as good as new.
     */
    private Site suited(QueuedRecipient recipient, Site site) {
        Set<String> unsuited = recipient.unsuitedHosts();
        Site whole = site.isPart() ? sites.getOrDefault(site.name(), site) : site;
        if (unsuited.isEmpty() || !whole.hasOthers(unsuited)) {
            return whole;
        }
        List<Route.MxHost> hosts = whole.without(unsuited);
        Site part =
                parts.computeIfAbsent(site.name(), _ -> new HashMap<>())
                        .computeIfAbsent(unsuited, _ -> whole.part(hosts));
        part.hosts(hosts);
        return part;
    }

    private facteur.config.SitePreset preset(Route.Hosts route) {
        return presets.of(route.hosts().getFirst().name());
    }

    /**
     * The path that serves a recipient: of the sources that may carry its mail, one that is neither
     * suspended at the site nor held, by weight. When all of them are, one all the same: there it
     * waits.
     */
    public EgressPath choose(QueuedRecipient recipient, Site found, Instant now) {
        Site site = suited(recipient, found);
        Optional<EgressSource> ordered =
                directives.source(recipient, site.name()).flatMap(pools::source);
        if (ordered.isPresent()) {
            return path(site, ordered.get(), now);
        }
        List<EgressSource> may = sources(recipient);
        if (may.size() == 1) {
            return path(site, may.getFirst(), now);
        }
        List<EgressSource> free = new ArrayList<>(may);
        free.removeIf(
                s -> directives.isSourceHeld(s.name()) || path(site, s, now).isSuspended(now));
        return path(
                site,
                Pools.choose(
                        free.isEmpty() ? may : free, recipient.message() ^ site.name().hashCode()),
                now);
    }

    private List<EgressSource> sources(QueuedRecipient recipient) {
        QueueKey key = recipient.key();
        return pools.of(key.credential(), key.campaign(), key.pool());
    }

    /** Whether another source than this path's could carry the recipient's mail now. */
    public boolean hasAnother(QueuedRecipient recipient, EgressPath than, Instant now) {
        return sources(recipient).stream()
                .filter(source -> !source.name().equals(than.source().name()))
                .anyMatch(
                        source ->
                                !directives.isSourceHeld(source.name())
                                        && !path(than.site(), source, now).isSuspended(now));
    }

    private EgressPath path(Site site, EgressSource source, Instant now) {
        return site.path(
                source,
                of -> {
                    Site whole = sites.getOrDefault(site.name(), site);
                    if (site.isPart() && !whole.isPart()) {
                        return new EgressPath(site, of, path(whole, of, now).shaper(), whereabouts);
                    }
                    Shaper shaper = new Shaper(of.name(), site.name(), site.preset(), maxAge);
                    memory.recall(shaper, of.name(), site.name(), now);
                    return new EgressPath(site, of, shaper, whereabouts);
                });
    }

    /** The path of a source that is in use. */
    public Optional<EgressPath> path(String site, String source) {
        return Optional.ofNullable(sites.get(site)).flatMap(known -> known.path(source));
    }

    /** The paths of all our sources towards a site, also of those that have not been used. */
    List<EgressPath> everyPath(Site site, Instant now) {
        return pools.all().stream().map(source -> path(site, source, now)).toList();
    }

    /** The site that a domain was last found to have; empty when that is not known. */
    public String of(String domain) {
        String site = siteOfDomain.getIfPresent(domain);
        return site == null ? "" : site;
    }

    /** Every path, to be changed while it is looked at. */
    public List<EgressPath> paths() {
        return Stream.concat(
                        sites.values().stream(),
                        parts.values().stream().flatMap(ofSite -> ofSite.values().stream()))
                .flatMap(site -> site.paths().stream())
                .toList();
    }

    /** Lets go of a path that nothing is known of but what the memory of paths keeps. */
    public void forget(EgressPath path, Instant now) {
        Site site = path.site();
        boolean shares = !site.isPart() && parts.containsKey(site.name());
        if (path.isForgettable(now) && !shares) {
            site.forget(path);
            if (site.paths().stream().allMatch(other -> other.isForgettable(now))) {
                sites.remove(site.name(), site);
                forgetPart(site);
            }
        }
    }

    private void forgetPart(Site part) {
        parts.computeIfPresent(
                part.name(),
                (_, ofSite) -> {
                    ofSite.values().remove(part);
                    return ofSite.isEmpty() ? null : ofSite;
                });
    }
}
