package facteur.store.query;

import java.time.Instant;

/** What happened to a campaign in one hour, and when that begins. */
public record CampaignHour(Instant begin, HourCounts counts) {}
