package facteur.admin.screen;

import facteur.admin.jackson.Json;
import facteur.admin.report.CampaignLine;
import facteur.store.query.CampaignHour;
import facteur.store.query.CampaignQueries;
import facteur.store.query.HourCounts;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A campaign over time: by the hour at first, by the day when it lasts.
 *
 * @param daily whether a step is a day
 * @param steps the oldest first
 */
public record CampaignProgress(boolean daily, List<Step> steps) {
    private static final Duration BY_HOUR = Duration.ofDays(4);
    private static final int MOST_HOURS = 24 * 366;
    private static final int MOST_STEPS = 400;

    /**
     * One step of the chart.
     *
     * @param begin of the hour, or of the day in the reader's zone
     */
    public record Step(Instant begin, long delivered, long opened, long clicked, long bounced) {
        private Step plus(Step other) {
            return new Step(
                    begin,
                    delivered + other.delivered,
                    opened + other.opened,
                    clicked + other.clicked,
                    bounced + other.bounced);
        }
    }

    /**
     * The course of a campaign.
     *
     * @param zone in which days begin
     */
    public static CampaignProgress of(
            CampaignQueries campaigns,
            CampaignLine line,
            boolean robots,
            ZoneId zone,
            Instant now) {
        Instant from = line.isNone() ? now.minus(Duration.ofDays(30)) : Instant.EPOCH;
        List<CampaignHour> hours = campaigns.hours(line.id(), from, MOST_HOURS);
        if (hours.isEmpty()) {
            return new CampaignProgress(false, List.of());
        }
        Duration lasted = Duration.between(hours.getFirst().begin(), hours.getLast().begin());
        boolean byHour = lasted.compareTo(BY_HOUR) <= 0;
        TreeMap<Instant, Step> steps = new TreeMap<>();
        fill(steps, hours, byHour, zone);
        for (CampaignHour hour : hours) {
            Instant begin =
                    byHour
                            ? hour.begin()
                            : hour.begin().atZone(zone).truncatedTo(ChronoUnit.DAYS).toInstant();
            steps.merge(begin, step(begin, hour.counts(), robots), Step::plus);
        }
        List<Step> all = List.copyOf(steps.values());
        return new CampaignProgress(
                !byHour, all.subList(Math.max(0, all.size() - MOST_STEPS), all.size()));
    }

    // An hour in which nothing happened is a zero, not a line from one busy hour to the next.
    private static void fill(
            Map<Instant, Step> steps, List<CampaignHour> hours, boolean byHour, ZoneId zone) {
        ZonedDateTime at = hours.getFirst().begin().atZone(zone);
        ZonedDateTime last = hours.getLast().begin().atZone(zone);
        if (!byHour) {
            at = at.truncatedTo(ChronoUnit.DAYS);
        }
        while (!at.isAfter(last) && steps.size() < MOST_HOURS) {
            steps.put(at.toInstant(), new Step(at.toInstant(), 0, 0, 0, 0));
            at = byHour ? at.plusHours(1) : at.plusDays(1);
        }
    }

    private static Step step(Instant begin, HourCounts counts, boolean robots) {
        return new Step(
                begin,
                counts.delivered(),
                robots ? counts.openedByAny() : counts.opened(),
                robots ? counts.clickedByAny() : counts.clicked(),
                counts.bounced());
    }

    /** The day of a step, or its day and hour, as the table says it. */
    public String when(PageRequest page, Step step) {
        return daily
                ? page.formats().day(LocalDate.ofInstant(step.begin(), page.formats().zone()))
                : page.when(step.begin());
    }

    private record Chart(
            boolean daily, String when, List<String> names, List<List<Long>> columns) {}

    /** The steps as the script that draws them reads them. */
    public String chart(PageRequest page) {
        return Json.line(
                new Chart(
                        daily,
                        page.say("contact.when.at"),
                        List.of(
                                page.say("campaign.delivered"),
                                page.say("campaign.opened"),
                                page.say("campaign.clicked"),
                                page.say("rate.bounce.short")),
                        List.of(
                                steps.stream().map(s -> s.begin().getEpochSecond()).toList(),
                                steps.stream().map(Step::delivered).toList(),
                                steps.stream().map(Step::opened).toList(),
                                steps.stream().map(Step::clicked).toList(),
                                steps.stream().map(Step::bounced).toList())));
    }
}
