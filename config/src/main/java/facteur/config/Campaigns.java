package facteur.config;

import java.util.Set;

/** Which campaigns a credential may name. */
public sealed interface Campaigns {
    record Any() implements Campaigns {}

    record Only(Set<String> names) implements Campaigns {
        public Only {
            names = Set.copyOf(names);
        }
    }

    default boolean allows(String campaign) {
        return switch (this) {
            case Any _ -> true;
            case Only(Set<String> names) -> names.contains(campaign);
        };
    }
}
