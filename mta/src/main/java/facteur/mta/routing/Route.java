package facteur.mta.routing;

import java.util.List;

/** What the DNS says about mail for a domain (RFC 5321 5.1). */
public sealed interface Route {
    /**
     * Hosts to try.
     *
     * @param site name of the set of hosts: domains with the same hosts share connections and
     *     limits
     * @param hosts by preference, equal ones in a random order made anew for each use
     */
    record Hosts(String site, List<MxHost> hosts) implements Route {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** The domain says that it takes no mail (RFC 7505). */
    record NullMx() implements Route {}

    /**
     * The domain does not exist, or has no address.
     *
     * @param believed whether the DNS has said so often enough, over some time
     */
    record NoSuchDomain(boolean believed) implements Route {}

    /** We are the best host of the domain ourselves: a loop. */
    record Ourselves(String detail) implements Route {}

    /** The DNS cannot say now, as far as this domain is concerned. */
    record TryLater(String detail) implements Route {}

    /** Our resolver does not answer: nothing is known of any domain. */
    record NoAnswer(String detail) implements Route {}

    /** A host with its preference; lower ones come first. */
    record MxHost(int preference, String name) {}
}
