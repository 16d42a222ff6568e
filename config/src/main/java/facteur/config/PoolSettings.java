package facteur.config;

import facteur.mail.text.CampaignName;

import java.util.List;

/**
 * Egress sources that share the mail of some credentials and campaigns.
 *
 * @param sources names of sources, at least one
 * @param credentials users whose mail leaves from here
 * @param campaigns names of campaigns that leave from here, for any credential
 */
public record PoolSettings(
        String name, List<String> sources, List<String> credentials, List<String> campaigns) {
    public PoolSettings {
        sources = List.copyOf(sources);
        credentials = List.copyOf(credentials);
        campaigns = campaigns.stream().map(CampaignName::of).toList();
    }
}
