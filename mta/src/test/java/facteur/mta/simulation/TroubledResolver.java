package facteur.mta.simulation;

import facteur.mta.queue.owner.Owner;
import facteur.mta.routing.Resolver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * DNS that answers late, and in times of trouble fails: silence, SERVFAIL, an exception of our own.
 * The domain {@code dN.example} has the hosts {@code mx0.sM.example} and so on of a site M.
 */
final class TroubledResolver implements Resolver {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final Owner loop;
    private final RandomGenerator random;
    private final BooleanSupplier troubled;
    private final IntUnaryOperator siteOf;
    private final IntUnaryOperator hostsOf;

    /**
     * @param siteOf the site of a domain
     * @param hostsOf how many hosts a site has
     */
    TroubledResolver(
            Owner loop,
            RandomGenerator random,
            BooleanSupplier troubled,
            IntUnaryOperator siteOf,
            IntUnaryOperator hostsOf) {
        this.loop = loop;
        this.random = random;
        this.troubled = troubled;
        this.siteOf = siteOf;
        this.hostsOf = hostsOf;
    }

    /** The number in the label of a name that begins with {@code letter}. */
    static int number(String name, char letter) {
        for (String label : name.split("\\.", -1)) {
            if (label.length() > 1
                    && label.charAt(0) == letter
                    && Character.isDigit(label.charAt(1))) {
                return Integer.parseInt(label.substring(1));
            }
        }
        throw new IllegalArgumentException("no " + letter + " in " + name);
    }

    @Override
    public CompletableFuture<Answer<Mx>> mx(String domain) {
        int site = siteOf.applyAsInt(number(domain, 'd'));
        List<Mx> hosts = new ArrayList<>();
        for (int i = 0; i < hostsOf.applyAsInt(site); i++) {
            hosts.add(new Mx(10 + i, "mx" + i + ".s" + site + ".example"));
        }
        return answer(new Answer.Found<>(hosts, TTL));
    }

    @Override
    public CompletableFuture<Answer<InetAddress>> addresses(String host) {
        int place = Integer.parseInt(host.substring(2, host.indexOf('.')));
        InetAddress address =
                InetAddress.ofLiteral("127.1." + number(host, 's') + "." + (1 + place));
        return answer(new Answer.Found<>(List.of(address), TTL));
    }

    private <T> CompletableFuture<Answer<T>> answer(Answer<T> right) {
        Answer<T> answer = right;
        if (troubled.getAsBoolean() && random.nextInt(8) == 0) {
            switch (random.nextInt(4)) {
                case 0 -> answer = new Answer.Silent<>("no answer in time");
                case 1, 2 -> answer = new Answer.Failed<>("SERVFAIL");
                default -> {
                    return CompletableFuture.failedFuture(
                            new IllegalStateException("the resolver fails"));
                }
            }
        }
        if (random.nextInt(3) == 0) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Answer<T>> late = new CompletableFuture<>();
        Answer<T> what = answer;
        int millis = random.nextInt(10) == 0 ? 30_000 : 50;
        loop.at(loop.now().plusMillis(random.nextInt(millis)), () -> late.complete(what));
        return late;
    }
}
