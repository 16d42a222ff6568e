package facteur.admin.report;

import facteur.mail.status.Tally;
import facteur.store.query.CampaignQueries;
import facteur.store.query.RecipientSums;
import facteur.store.query.TallyKey;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** How mail is received, by day and by domain. */
public final class ReceptionReport {
    private final CampaignQueries campaigns;

    public ReceptionReport(CampaignQueries campaigns) {
        this.campaigns = campaigns;
    }

    /** What was accepted on one day (UTC). */
    public record Day(LocalDate day, Figures figures) {}

    /** The last days, the oldest first; also those without mail. */
    public List<Day> days(LocalDate last, int count) {
        List<LocalDate> days = last.minusDays(count - 1L).datesUntil(last.plusDays(1)).toList();
        List<RecipientSums> rows = campaigns.sums(days.stream().map(TallyKey.Day::new).toList());
        List<Day> list = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            list.add(new Day(days.get(i), new Figures(rows.get(i), false)));
        }
        return list;
    }

    /** All sums of some days in one. */
    public static Tally sum(List<Day> days) {
        return days.stream().map(day -> day.figures().tally()).reduce(Tally.EMPTY, Tally::plus);
    }

    /** By domain of the sender, the largest first. */
    public List<CampaignReport.Part> senderDomains(int limit) {
        return CampaignReport.parts(campaigns.senderDomains(), false, limit);
    }

    /** By domain of the recipient, the largest first. */
    public List<CampaignReport.Part> recipientDomains(int limit) {
        return CampaignReport.parts(campaigns.recipientDomains(), false, limit);
    }
}
