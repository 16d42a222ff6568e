package facteur.mta.disposition;

import facteur.config.yaml.Scalar;
import facteur.config.yaml.ShippedFile;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hosts whose names in a refusal say who refused, or on whose word: large sites, block lists. */
final class KnownHosts {
    private static final Set<String> NAMES =
            Set.copyOf(
                    ShippedFile.yaml(
                            KnownHosts.class,
                            "known-hosts.yaml",
                            file -> file.list("hosts", Scalar.TEXT, List.of())));

    private KnownHosts() {}

    /** The known name that {@code host} is or lies below. */
    static Optional<String> suffix(String host) {
        for (int at = 0; at >= 0; at = nextLabel(host, at)) {
            String suffix = host.substring(at);
            if (NAMES.contains(suffix)) {
                return Optional.of(suffix);
            }
        }
        return Optional.empty();
    }

    private static int nextLabel(String host, int at) {
        int dot = host.indexOf('.', at);
        return dot < 0 ? -1 : dot + 1;
    }
}
