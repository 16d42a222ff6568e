package facteur.mta.disposition;

import java.util.List;
import java.util.Optional;

/**
 * A large receiver: known by the names of its MX hosts, or by how its replies read.
 *
 * @param mx domains in which its MX hosts lie
 */
record Provider(String name, List<String> mx, Optional<TextPattern> says) {
    Provider {
        mx = List.copyOf(mx);
    }

    boolean isSpeaking(Optional<String> host, String text) {
        boolean byHost =
                host.isPresent()
                        && mx.stream()
                                .anyMatch(
                                        d -> host.get().equals(d) || host.get().endsWith("." + d));
        return byHost || says.filter(pattern -> pattern.isFoundIn(text)).isPresent();
    }
}
