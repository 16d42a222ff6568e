package facteur.mta.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;

import facteur.config.unit.Network;
import facteur.mail.address.Domain;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Finds the hosts of a domain and the addresses of a host, and remembers both.
 *
 * <p>What was found is kept for its TTL within bounds, a failure briefly. When a refresh fails,
 * what was known before serves on for up to a day: a resolver that is down must not stop mail to
 * hosts that have not moved.
 */
public final class Router {
    static final Duration SHORTEST = Duration.ofSeconds(60);
    static final Duration LONGEST = Duration.ofHours(1);
    static final Duration NEGATIVE = Duration.ofMinutes(5);
    static final Duration FAILURE = Duration.ofSeconds(15);

    /** When to ask again for what our resolver did not answer. */
    public static final Duration ASK_AGAIN = FAILURE;

    // Not asked since: whether it is still silent is not known.
    private static final Duration SILENT = Duration.ofMinutes(10);
    private static final Duration STALE = Duration.ofDays(1);
    private static final int REMEMBERED = 65_536;
    // No real domain has so many; what a stranger publishes must not keep us busy.
    private static final int HOSTS = 20;
    private static final int ADDRESSES = 20;

    private final Resolver resolver;
    private final Set<String> ownNames;
    private final AddressPolicy policy;
    private final RandomGenerator random;
    private final Cache<Domain, Kept<Route>> routes;
    private final Cache<String, Kept<List<InetAddress>>> addresses;
    private final Cache<Domain, Route.Hosts> lastGood;
    private final Cache<String, List<InetAddress>> lastGoodAddresses;
    private final java.util.concurrent.ConcurrentMap<Domain, CompletableFuture<Route>> underWay =
            new java.util.concurrent.ConcurrentHashMap<>();

    private final Ticker ticker;
    private final MissingDomains missing;
    private final AtomicReference<Optional<Silence>> silence =
            new AtomicReference<>(Optional.empty());

    private record Kept<T>(T value, Duration ttl) {}

    /** The resolver has not answered since; by the ticker. */
    private record Silence(long since, long last, String detail) {
        static Silence goesOn(Optional<Silence> before, long now, String detail) {
            return new Silence(before.map(Silence::since).orElse(now), now, detail);
        }
    }

    /** What is wrong with our resolver. */
    public sealed interface Trouble {
        /** It answers nothing. */
        record Silent(Duration time, String detail) implements Trouble {}

        /**
         * It denies so many domains together that it is not believed.
         *
         * @param domains that had hosts lately and are said not to exist
         */
        record Denying(int domains) implements Trouble {}
    }

    /**
     * @param ownNames names under which we receive mail ourselves, lower case
     * @param ticker nanoseconds, for expiry
     */
    public Router(
            Resolver resolver,
            Set<String> ownNames,
            AddressPolicy policy,
            RandomGenerator random,
            Ticker ticker) {
        this.resolver = resolver;
        this.ownNames = Set.copyOf(ownNames);
        this.policy = policy;
        this.random = random;
        this.ticker = ticker;
        this.missing = new MissingDomains(ticker);
        this.routes = Router.<Domain, Route>kept(ticker);
        this.addresses = Router.<String, List<InetAddress>>kept(ticker);
        this.lastGood = Router.<Domain, Route.Hosts>stale(ticker);
        this.lastGoodAddresses = Router.<String, List<InetAddress>>stale(ticker);
    }

    private static <K, V> Cache<K, V> stale(Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(STALE)
                .ticker(ticker)
                .build();
    }

    private static <K, V> Cache<K, Kept<V>> kept(Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfter(Expiry.<K, Kept<V>>writing((_, kept) -> kept.ttl()))
                .ticker(ticker)
                .build();
    }

    /** What is wrong with the resolver, as far as the questions of late show. */
    public Optional<Trouble> trouble() {
        long now = ticker.read();
        Optional<Silence> lately =
                silence.get().filter(last -> now - last.last() < SILENT.toNanos());
        if (lately.isPresent()) {
            Duration time = Duration.ofNanos(now - lately.get().since());
            return Optional.of(new Trouble.Silent(time, lately.get().detail()));
        }
        int denied = missing.gone(now);
        return denied == 0 ? Optional.empty() : Optional.of(new Trouble.Denying(denied));
    }

    private <T> Resolver.Answer<T> hear(Resolver.Answer<T> answer) {
        if (answer instanceof Resolver.Answer.Silent<T>(String detail)) {
            silence.updateAndGet(
                    before -> Optional.of(Silence.goesOn(before, ticker.read(), detail)));
        } else if (silence.get().isPresent()) {
            silence.set(Optional.empty());
        }
        return answer;
    }

    /** The route of a domain; completes at once when it is remembered, and never exceptionally. */
    public CompletableFuture<Route> route(Domain domain) {
        Kept<Route> kept = routes.getIfPresent(domain);
        if (kept != null) {
            return CompletableFuture.completedFuture(shuffled(kept.value()));
        }
        if (domain.isLiteral()) {
            return CompletableFuture.completedFuture(literal(domain));
        }
        return underWay.computeIfAbsent(domain, this::ask)
                .whenComplete((_, _) -> underWay.remove(domain))
                .thenApply(this::shuffled);
    }

    private CompletableFuture<Route> ask(Domain domain) {
        return resolver.mx(domain.name())
                .thenApply(this::hear)
                .thenCompose(answer -> decide(domain, answer))
                .thenApply(kept -> keep(domain, kept));
    }

    private CompletableFuture<Kept<Route>> decide(
            Domain domain, Resolver.Answer<Resolver.Mx> answer) {
        return switch (answer) {
            case Resolver.Answer.Found<Resolver.Mx>(var records, var ttl) ->
                    done(fromMx(records), bounded(ttl));
            case Resolver.Answer.NoData<Resolver.Mx> _ -> implicit(domain);
            case Resolver.Answer.NoSuchName<Resolver.Mx> _ ->
                    CompletableFuture.completedFuture(missing(domain));
            case Resolver.Answer.Failed<Resolver.Mx>(String detail) ->
                    done(new Route.TryLater("MX of " + domain + ": " + detail), FAILURE);
            case Resolver.Answer.Silent<Resolver.Mx>(String detail) ->
                    done(new Route.NoAnswer("MX of " + domain + ": " + detail), Duration.ZERO);
        };
    }

    private Kept<Route> missing(Domain domain) {
        boolean known = lastGood.getIfPresent(domain) != null;
        return switch (missing.denied(domain, known, ticker.read())) {
            case HEARD -> new Kept<>(new Route.NoSuchDomain(false), NEGATIVE);
            case BELIEVED -> new Kept<>(new Route.NoSuchDomain(true), NEGATIVE);
            case DOUBTED ->
                    new Kept<>(
                            new Route.NoAnswer(
                                    "the DNS says that "
                                            + domain
                                            + " does not exist, and so it does of many that took"
                                            + " mail lately: look at the resolver (dns.servers)"),
                            Duration.ZERO);
        };
    }

    private static CompletableFuture<Kept<Route>> done(Route route, Duration ttl) {
        return CompletableFuture.completedFuture(new Kept<>(route, ttl));
    }

    private Route fromMx(List<Resolver.Mx> records) {
        if (records.stream().allMatch(mx -> mx.host().equals("."))) {
            return new Route.NullMx();
        }
        // RFC 5321 5.1: our own name cuts off itself and every host of the same or a higher
        // preference.
        int ours =
                records.stream()
                        .filter(mx -> ownNames.contains(mx.host()))
                        .mapToInt(Resolver.Mx::preference)
                        .min()
                        .orElse(Integer.MAX_VALUE);
        List<Route.MxHost> hosts =
                records.stream()
                        .filter(mx -> mx.preference() < ours && !mx.host().equals("."))
                        .map(mx -> new Route.MxHost(mx.preference(), mx.host()))
                        .sorted(
                                Comparator.comparingInt(Route.MxHost::preference)
                                        .thenComparing(Route.MxHost::name))
                        .limit(HOSTS)
                        .toList();
        return hosts.isEmpty()
                ? new Route.Ourselves(
                        "the best MX host is this server, which does not take mail for the domain")
                : new Route.Hosts(
                        SiteName.of(hosts.stream().map(Route.MxHost::name).toList()), hosts);
    }

    /** RFC 5321 5.1: a domain without MX is its own host, if it has an address. */
    private CompletableFuture<Kept<Route>> implicit(Domain domain) {
        if (ownNames.contains(domain.name())) {
            return done(
                    new Route.Ourselves(
                            "the domain is this server's own name, and no MX says otherwise"),
                    NEGATIVE);
        }
        return resolver.addresses(domain.name())
                .thenApply(this::hear)
                .thenApply(
                        answer ->
                                switch (answer) {
                                    case Resolver.Answer.Found<InetAddress>(_, var ttl) ->
                                            new Kept<>(
                                                    new Route.Hosts(
                                                            domain.name(),
                                                            List.of(
                                                                    new Route.MxHost(
                                                                            0, domain.name()))),
                                                    bounded(ttl));
                                    case Resolver.Answer.NoData<InetAddress> _,
                                            Resolver.Answer.NoSuchName<InetAddress> _ ->
                                            missing(domain);
                                    case Resolver.Answer.Failed<InetAddress>(String detail) ->
                                            new Kept<>(
                                                    new Route.TryLater(
                                                            "addresses of "
                                                                    + domain
                                                                    + ": "
                                                                    + detail),
                                                    FAILURE);
                                    case Resolver.Answer.Silent<InetAddress>(String detail) ->
                                            new Kept<>(
                                                    new Route.NoAnswer(
                                                            "addresses of "
                                                                    + domain
                                                                    + ": "
                                                                    + detail),
                                                    Duration.ZERO);
                                });
    }

    private Route keep(Domain domain, Kept<Route> kept) {
        Kept<Route> served = kept;
        if (kept.value() instanceof Route.Hosts hosts) {
            missing.found(domain, lastGood.getIfPresent(domain) != null, ticker.read());
            lastGood.put(domain, hosts);
        } else if (kept.value() instanceof Route.TryLater
                || kept.value() instanceof Route.NoAnswer) {
            Route.Hosts stale = lastGood.getIfPresent(domain);
            served = stale == null ? kept : new Kept<>(stale, FAILURE);
        }
        if (!served.ttl().isZero()) {
            routes.put(domain, served);
        }
        return served.value();
    }

    private static Route literal(Domain domain) {
        return new Route.Hosts(domain.name(), List.of(new Route.MxHost(0, domain.name())));
    }

    /** Equal preferences in a random order, for each use (RFC 5321 5.1). */
    private Route shuffled(Route route) {
        if (!(route instanceof Route.Hosts(String site, List<Route.MxHost> hosts))
                || hosts.size() == 1) {
            return route;
        }
        List<Route.MxHost> order = new ArrayList<>(hosts);
        synchronized (random) {
            Collections.shuffle(order, java.util.Random.from(random));
        }
        order.sort(Comparator.comparingInt(Route.MxHost::preference));
        return new Route.Hosts(site, order);
    }

    /** What is known of a host's addresses. */
    public sealed interface HostAddresses {
        /**
         * @param forbidden how many more there are to which we must not connect
         */
        record Usable(List<InetAddress> addresses, int forbidden) implements HostAddresses {
            public Usable {
                addresses = List.copyOf(addresses);
            }
        }

        record Unknown(String detail) implements HostAddresses {}

        /** Our resolver does not answer. */
        record Unanswered(String detail) implements HostAddresses {}
    }

    /** The addresses of a host to which connections may be made; never completes exceptionally. */
    public CompletableFuture<HostAddresses> addresses(String host) {
        Kept<List<InetAddress>> kept = addresses.getIfPresent(host);
        if (kept != null) {
            return CompletableFuture.completedFuture(usable(kept.value()));
        }
        if (host.startsWith("[")) {
            return CompletableFuture.completedFuture(ofLiteral(host));
        }
        return resolver.addresses(host)
                .thenApply(this::hear)
                .thenApply(answer -> answered(host, answer));
    }

    private HostAddresses answered(String host, Resolver.Answer<InetAddress> answer) {
        return switch (answer) {
            case Resolver.Answer.Found<InetAddress>(var found, var ttl) -> {
                List<InetAddress> few = found.stream().limit(ADDRESSES).toList();
                lastGoodAddresses.put(host, few);
                yield known(host, few, bounded(ttl));
            }
            case Resolver.Answer.NoData<InetAddress> _, Resolver.Answer.NoSuchName<InetAddress> _ ->
                    known(host, List.of(), NEGATIVE);
            case Resolver.Answer.Failed<InetAddress>(String detail) -> {
                List<InetAddress> stale = lastGoodAddresses.getIfPresent(host);
                yield stale == null
                        ? new HostAddresses.Unknown("addresses of " + host + ": " + detail)
                        : known(host, stale, FAILURE);
            }
            case Resolver.Answer.Silent<InetAddress>(String detail) -> {
                List<InetAddress> stale = lastGoodAddresses.getIfPresent(host);
                yield stale == null
                        ? new HostAddresses.Unanswered("addresses of " + host + ": " + detail)
                        : known(host, stale, FAILURE);
            }
        };
    }

    private HostAddresses known(String host, List<InetAddress> found, Duration ttl) {
        addresses.put(host, new Kept<>(found, ttl));
        return usable(found);
    }

    private HostAddresses usable(List<InetAddress> found) {
        List<InetAddress> allowed = found.stream().filter(policy::mayConnectTo).toList();
        return new HostAddresses.Usable(allowed, found.size() - allowed.size());
    }

    private HostAddresses ofLiteral(String host) {
        String inner = host.substring(1, host.length() - 1);
        String text = inner.startsWith("ipv6:") ? inner.substring(5) : inner;
        // Never by name: that would ask the resolver of the system, on the queue's thread.
        return Network.literal(text)
                .map(address -> usable(List.of(address)))
                .orElseGet(() -> new HostAddresses.Unknown("address literal " + host + " is none"));
    }

    private static Duration bounded(Duration ttl) {
        if (ttl.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }
}
