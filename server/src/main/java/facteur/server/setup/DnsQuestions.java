package facteur.server.setup;

import facteur.mta.routing.Resolver;
import facteur.mta.routing.dnsjava.DnsResolver;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions to the DNS, one after the other; the caller waits. */
final class DnsQuestions {
    private static final long SECONDS = 10;

    private final DnsResolver dns;

    DnsQuestions(DnsResolver dns) {
        this.dns = dns;
    }

    /** The DNS did not say whether a name has such a record. */
    static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1;

        Unanswered(String why) {
            super(why);
        }
    }

    List<String> texts(String name) throws Unanswered {
        return records(name, dns.texts(name));
    }

    List<InetAddress> addresses(String host) throws Unanswered {
        return records(host, dns.addresses(host));
    }

    List<Resolver.Mx> mx(String domain) throws Unanswered {
        return records(domain, dns.mx(domain));
    }

    List<String> names(InetAddress address) throws Unanswered {
        return records(address.getHostAddress(), dns.names(address));
    }

    private static <T> List<T> records(String asked, CompletableFuture<Resolver.Answer<T>> answer)
            throws Unanswered {
        try {
            return switch (answer.get(SECONDS, TimeUnit.SECONDS)) {
                case Resolver.Answer.Found<T>(var records, var _) -> records;
                case Resolver.Answer.NoData<T> _, Resolver.Answer.NoSuchName<T> _ -> List.of();
                case Resolver.Answer.Failed<T>(var detail) ->
                        throw new Unanswered(asked + ": " + detail);
                case Resolver.Answer.Silent<T>(var detail) ->
                        throw new Unanswered(asked + ": " + detail);
            };
        } catch (TimeoutException e) {
            throw new Unanswered(asked + ": no answer within " + SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered(asked + ": interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("ask the DNS for " + asked, e);
        }
    }
}
