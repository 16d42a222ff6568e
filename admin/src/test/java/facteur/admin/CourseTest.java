package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.admin.report.CampaignReport;
import facteur.admin.screen.CampaignProgress;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;
import facteur.store.query.CampaignQueries;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** A campaign by the hour and by the day, over a night in which the clock is set back. */
class CourseTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
    private static final Instant SENT = Instant.parse("2026-10-24T21:30:00Z");

    @TempDir private Path directory;
    private House house;
    private Mailing mailing;
    private RecipientId id;

    @BeforeEach
    void open() throws Exception {
        house = House.open(directory, 0);
        mailing = new Mailing(house.store());
        id = mailing.accepted(Mailing.Letter.of("autumn"), "anne@one.example", SENT);
        mailing.delivered(id, SENT);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private CampaignProgress readAfter(Duration wait) throws Exception {
        mailing.opened(id, SENT.plus(wait), Audience.HUMAN);
        mailing.write();
        CampaignQueries campaigns = house.store().views().campaigns();
        long campaign = campaigns.find("autumn").orElseThrow().id();
        return CampaignProgress.of(
                campaigns,
                new CampaignReport(campaigns).find(campaign, false).orElseThrow(),
                false,
                PARIS,
                SENT.plus(Duration.ofDays(30)));
    }

    private static List<String> begins(CampaignProgress campaignProgress) {
        return campaignProgress.steps().stream()
                .map(step -> step.begin().atZone(PARIS).toLocalDateTime().toString())
                .toList();
    }

    @Test
    void hours_in_which_nothing_happened_are_zeros_and_one_comes_twice() throws Exception {
        CampaignProgress campaignProgress = readAfter(Duration.ofHours(4));
        assertEquals(
                List.of(
                        "2026-10-24T23:00",
                        "2026-10-25T00:00",
                        "2026-10-25T01:00",
                        "2026-10-25T02:00",
                        "2026-10-25T02:00"),
                begins(campaignProgress));
        assertEquals(
                List.of(1L, 0L, 0L, 0L, 0L),
                campaignProgress.steps().stream().map(CampaignProgress.Step::delivered).toList());
        assertEquals(
                List.of(0L, 0L, 0L, 0L, 1L),
                campaignProgress.steps().stream().map(CampaignProgress.Step::opened).toList());
    }

    @Test
    void days_begin_at_midnight_also_behind_one_of_25_hours() throws Exception {
        CampaignProgress campaignProgress = readAfter(Duration.ofDays(5));
        assertEquals(true, campaignProgress.daily());
        assertEquals(
                List.of(
                        "2026-10-24T00:00",
                        "2026-10-25T00:00",
                        "2026-10-26T00:00",
                        "2026-10-27T00:00",
                        "2026-10-28T00:00",
                        "2026-10-29T00:00"),
                begins(campaignProgress));
        assertEquals(1, campaignProgress.steps().getLast().opened());
    }
}
