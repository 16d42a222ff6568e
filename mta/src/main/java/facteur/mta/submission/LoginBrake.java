package facteur.mta.submission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts failed logins by client, so that guessing does not go on over many connections. A user is
 * never locked out: whoever knows his name could do that to him.
 */
public final class LoginBrake {
    /** Failures of one client after which no password of it is looked at for a while. */
    public static final int FAILURES = 20;

    private static final long MINUTES = 10;
    private static final long CLIENTS = 100_000;
    private static final int IPV6_CUSTOMER = 8;

    private final Cache<Client, Integer> failures;
    private final LongAdder failed = new LongAdder();

    /** An IPv4 address, or the /64 that one customer has of IPv6. */
    private record Client(String network) {
        static Client of(InetAddress address) {
            byte[] octets = address.getAddress();
            return new Client(
                    Arrays.toString(
                            address instanceof Inet6Address
                                    ? Arrays.copyOf(octets, IPV6_CUSTOMER)
                                    : octets));
        }
    }

    public LoginBrake(Ticker ticker) {
        this.failures =
                Caffeine.newBuilder()
                        .expireAfterWrite(MINUTES, TimeUnit.MINUTES)
                        .maximumSize(CLIENTS)
                        .ticker(ticker)
                        .build();
    }

    /** Whether a client has failed so often that it has to wait. */
    public boolean holds(InetAddress client) {
        Integer count = failures.getIfPresent(Client.of(client));
        return count != null && count >= FAILURES;
    }

    public void failed(InetAddress client) {
        failed.increment();
        failures.asMap().merge(Client.of(client), 1, Integer::sum);
    }

    public void succeeded(InetAddress client) {
        failures.invalidate(Client.of(client));
    }

    /** Failed logins since the start. */
    public long failures() {
        return failed.sum();
    }
}
