package facteur.config;

import facteur.mail.text.CampaignName;

import java.util.Set;
import java.util.stream.Collectors;

/** Which campaigns a credential may name. */
public sealed interface AllowedCampaigns {
    record Any() implements AllowedCampaigns {}

    record Only(Set<String> names) implements AllowedCampaigns {
        public Only {
            names = names.stream().map(CampaignName::of).collect(Collectors.toUnmodifiableSet());
        }
    }

    default boolean allows(String campaign) {
        return switch (this) {
            case Any _ -> true;
            case Only(Set<String> names) -> names.contains(campaign);
        };
    }
}
