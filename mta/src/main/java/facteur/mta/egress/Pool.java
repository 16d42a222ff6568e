package facteur.mta.egress;

import java.util.List;
import java.util.Set;

/**
 * Sources that share mail.
 *
 * @param credentials whose mail leaves here
 * @param campaigns whose mail leaves here, whichever the credential
 */
public record Pool(
        String name, List<EgressSource> sources, Set<String> credentials, Set<String> campaigns) {
    public Pool {
        sources = List.copyOf(sources);
        credentials = Set.copyOf(credentials);
        campaigns = Set.copyOf(campaigns);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("pool " + name + " has no source");
        }
    }
}
