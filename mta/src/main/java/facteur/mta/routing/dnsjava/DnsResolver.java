package facteur.mta.routing.dnsjava;

import facteur.config.Settings;
import facteur.config.unit.Endpoint;
import facteur.mail.text.FailureText;
import facteur.mta.routing.Resolver;

import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Asks the configured servers, or the system's. Follows CNAMEs; falls back to TCP when an answer is
 * truncated.
 *
 * <p>A question without an answer may be the domain's fault, whose servers are slow, or ours. So
 * the servers of the root are asked for, which every resolver knows: whatever is said to that, the
 * resolver works.
 */
public final class DnsResolver implements Resolver {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration UNKNOWN_TTL = Duration.ofMinutes(5);
    private static final int CNAMES = 10;

    private static final Record ROOT = Record.newRecord(Name.root, Type.NS, DClass.IN);

    private final org.xbill.DNS.Resolver resolver;
    private final LookupSession session;
    private final boolean ipv6;
    private final AtomicReference<CompletableFuture<Boolean>> answering = new AtomicReference<>();

    /**
     * @param servers empty: those of the system
     * @param ipv6 whether AAAA records are of use here
     */
    public DnsResolver(List<InetSocketAddress> servers, boolean ipv6) throws UnknownHostException {
        this(servers, ipv6, TIMEOUT);
    }

    /** As the settings say; each remembers its own answers. */
    public static DnsResolver of(Settings settings) throws UnknownHostException {
        return new DnsResolver(
                settings.dns().servers().stream().map(Endpoint::toSocketAddress).toList(),
                settings.delivery().ipv6());
    }

    /**
     * @param timeout for one answer; for tests
     */
    DnsResolver(List<InetSocketAddress> servers, boolean ipv6, Duration timeout)
            throws UnknownHostException {
        this.ipv6 = ipv6;
        this.resolver = servers.isEmpty() ? system(timeout) : of(servers, timeout);
        this.session =
                LookupSession.builder()
                        .resolver(resolver)
                        .maxRedirects(CNAMES)
                        .ndots(0)
                        .clearCaches()
                        .build();
    }

    private static org.xbill.DNS.Resolver system(Duration timeout) {
        ExtendedResolver resolver = new ExtendedResolver();
        resolver.setTimeout(timeout);
        return resolver;
    }

    private static org.xbill.DNS.Resolver of(List<InetSocketAddress> servers, Duration timeout)
            throws UnknownHostException {
        List<org.xbill.DNS.Resolver> resolvers = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(timeout);
            resolvers.add(resolver);
        }
        ExtendedResolver all = new ExtendedResolver(resolvers);
        all.setTimeout(timeout);
        return all;
    }

    @Override
    public CompletableFuture<Answer<Mx>> mx(String domain) {
        return look(domain, Type.MX, DnsResolver::mx);
    }

    private static Mx mx(Record record) {
        MXRecord mx = (MXRecord) record;
        String target = mx.getTarget().toString(true).toLowerCase(Locale.ROOT);
        return new Mx(mx.getPriority(), target.isEmpty() || target.equals("@") ? "." : target);
    }

    @Override
    public CompletableFuture<Answer<InetAddress>> addresses(String host) {
        CompletableFuture<Answer<InetAddress>> four =
                look(host, Type.A, record -> ((ARecord) record).getAddress());
        if (!ipv6) {
            return four;
        }
        return four.thenCombine(
                look(host, Type.AAAA, record -> ((AAAARecord) record).getAddress()),
                DnsResolver::both);
    }

    /** The texts published under a name, each joined from its pieces (RFC 7208 3.3). */
    public CompletableFuture<Answer<String>> texts(String name) {
        return look(name, Type.TXT, record -> String.join("", ((TXTRecord) record).getStrings()));
    }

    /** The names that an address says it has, without their final dots (RFC 1035 3.5). */
    public CompletableFuture<Answer<String>> names(InetAddress address) {
        return look(
                ReverseMap.fromAddress(address).toString(),
                Type.PTR,
                record -> ((PTRRecord) record).getTarget().toString(true).toLowerCase(Locale.ROOT));
    }

    private static Answer<InetAddress> both(Answer<InetAddress> four, Answer<InetAddress> six) {
        if (!(six instanceof Answer.Found<InetAddress>(var sixes, var ttl))) {
            // An unanswered half leaves the whole unknown, unless the other half was found.
            boolean unknown =
                    (six instanceof Answer.Failed || six instanceof Answer.Silent)
                            && !(four instanceof Answer.Found);
            return unknown ? six : four;
        }
        if (!(four instanceof Answer.Found<InetAddress>(var fours, var ttl4))) {
            return six;
        }
        List<InetAddress> all = new ArrayList<>(fours);
        all.addAll(sixes);
        return new Answer.Found<>(all, ttl.compareTo(ttl4) < 0 ? ttl : ttl4);
    }

    private <T> CompletableFuture<Answer<T>> look(String name, int type, Function<Record, T> read) {
        Name question;
        try {
            question = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return CompletableFuture.completedFuture(new Answer.NoSuchName<>());
        }
        return session.lookupAsync(question, type, DClass.IN)
                .toCompletableFuture()
                .<Answer<T>>handle(
                        (result, failure) ->
                                failure == null ? found(result, type, read) : failed(failure))
                .thenCompose(this::whoseFault);
    }

    /** A name without an answer is told from a resolver that answers nothing. */
    private <T> CompletableFuture<Answer<T>> whoseFault(Answer<T> answer) {
        return answer instanceof Answer.Silent<T>(String detail)
                ? isAnswering().thenApply(up -> up ? new Answer.Failed<>(detail) : answer)
                : CompletableFuture.completedFuture(answer);
    }

    /** One question at a time, however many want to know. */
    private CompletableFuture<Boolean> isAnswering() {
        return Objects.requireNonNull(
                answering.updateAndGet(
                        asked ->
                                asked != null && !asked.isDone()
                                        ? asked
                                        : resolver.sendAsync(Message.newQuery(ROOT))
                                                .toCompletableFuture()
                                                .handle((_, failure) -> failure == null)));
    }

    private static <T> Answer<T> found(LookupResult result, int type, Function<Record, T> read) {
        List<Record> records =
                result.getRecords().stream().filter(record -> record.getType() == type).toList();
        if (records.isEmpty()) {
            return new Answer.NoData<>();
        }
        Duration ttl =
                records.stream().mapToLong(Record::getTTL).min().stream()
                        .mapToObj(Duration::ofSeconds)
                        .findFirst()
                        .orElse(UNKNOWN_TTL);
        return new Answer.Found<>(records.stream().map(read).toList(), ttl);
    }

    private static <T> Answer<T> failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return switch (cause) {
            case NoSuchDomainException _ -> new Answer.NoSuchName<>();
            case NoSuchRRSetException _ -> new Answer.NoData<>();
            case IOException e -> new Answer.Silent<>("no answer (" + FailureText.of(e) + ")");
            default ->
                    new Answer.Failed<>(
                            cause.getClass().getSimpleName() + ": " + FailureText.of(cause));
        };
    }
}
