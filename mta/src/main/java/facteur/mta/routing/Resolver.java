package facteur.mta.routing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The two questions that routing asks of the DNS. Answers come on any thread; a future never
 * completes exceptionally.
 */
public interface Resolver {
    /** What the DNS said. */
    sealed interface Answer<T> {
        /**
         * @param ttl how long it may be kept, at most
         */
        record Found<T>(List<T> records, Duration ttl) implements Answer<T> {
            public Found {
                records = List.copyOf(records);
            }
        }

        /** The name exists and has no such record. */
        record NoData<T>() implements Answer<T> {}

        /** The name does not exist. */
        record NoSuchName<T>() implements Answer<T> {}

        /** An answer that says nothing about the name, such as SERVFAIL. */
        record Failed<T>(String detail) implements Answer<T> {}

        /** The resolver answers nothing at all: it is about us, and not about the name. */
        record Silent<T>(String detail) implements Answer<T> {}
    }

    /** One MX record; a host of "." is the null MX of RFC 7505. */
    record Mx(int preference, String host) {}

    CompletableFuture<Answer<Mx>> mx(String domain);

    /** A and AAAA together; one of the two is enough. */
    CompletableFuture<Answer<InetAddress>> addresses(String host);
}
