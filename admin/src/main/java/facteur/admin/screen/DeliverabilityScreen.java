package facteur.admin.screen;

import facteur.admin.control.SetupCheck;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.ReceptionReport;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.status.Rates;
import facteur.mail.status.Tally;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether mail arrives, and what to publish so that it does. */
public final class DeliverabilityScreen implements Screen {
    private static final int DAYS = 30;
    private static final int DOMAINS = 20;

    private final ScreenContext screenContext;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    public DeliverabilityScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param days the last thirty, the oldest first
     * @param checked the domain whose records are shown
     * @param looked empty when there is no domain to look at
     */
    public record Model(
            List<ReceptionReport.Day> days,
            List<CampaignReport.Part> senders,
            List<CampaignReport.Part> receivers,
            Optional<Domain> checked,
            Optional<SetupCheck.Looked> looked) {
        /** Whether it is still being looked up: the page asks again. */
        public boolean isUnderWay() {
            return looked.filter(known -> known.at().isEmpty()).isPresent();
        }

        public List<SetupCheck.Finding> findings() {
            return looked.map(SetupCheck.Looked::findings).orElse(List.of());
        }

        /** How many findings stand so. */
        public long count(SetupCheck.State state) {
            return findings().stream().filter(finding -> finding.state() == state).count();
        }

        public Rates lastDay() {
            return rates(1);
        }

        public Rates lastWeek() {
            return rates(7);
        }

        public Rates lastMonth() {
            return rates(DAYS);
        }

        private Rates rates(int count) {
            Tally sum = ReceptionReport.sum(days.subList(days.size() - count, days.size()));
            return new Rates(sum);
        }

        /** Days with something settled, for the table. */
        public List<ReceptionReport.Day> told() {
            return days.reversed().stream().filter(day -> day.figures().recipients() > 0).toList();
        }

        /** Left edge of a day's column in the chart of 900 units. */
        public String x(int index) {
            return String.format(Locale.ROOT, "%.1f", index * 900.0 / DAYS + 3);
        }

        /** Rates in per cent at which the chart has a line: the bounce levels. */
        public List<Integer> marks() {
            return Stream.of(Rates.Level.NOTICE, Rates.Level.WARNING, Rates.Level.ALERT)
                    .map(Rates.Level::above)
                    .toList();
        }

        /** The colour of a day, by the level of its rate. */
        public String colour(ReceptionReport.Day day) {
            return switch (Rates.Level.of(bounceRate(day))) {
                case ALERT -> "f-hard_bounce";
                case WARNING -> "f-soft_bounce";
                case NOTICE, FINE, SAMPLE_TOO_SMALL -> "f-sent";
            };
        }

        private static double bounceRate(ReceptionReport.Day day) {
            return day.figures().rates().bounce().orElse(0);
        }

        /** Height of a day's bounce rate, in a chart where 12 % is 120 units. */
        public double height(ReceptionReport.Day day) {
            return Math.min(120, 1000 * bounceRate(day));
        }

        public String units(double value) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
    }

    @Override
    public Response show(PageRequest page) {
        ReceptionReport senders = new ReceptionReport(screenContext.views().campaigns());
        LocalDate today = LocalDate.ofInstant(page.now(), ZoneOffset.UTC);
        List<CampaignReport.Part> domains = senders.senderDomains(DOMAINS);
        Optional<Domain> checked =
                page.query()
                        .first("check")
                        .or(() -> domains.stream().map(CampaignReport.Part::name).findFirst())
                        .flatMap(parser::domainName);
        boolean anew = page.query().has("anew", "1");
        Model model =
                new Model(
                        senders.days(today, DAYS),
                        domains,
                        senders.recipientDomains(DOMAINS),
                        checked,
                        checked.map(domain -> screenContext.checks().check(domain, anew)));
        return screenContext.html("deliverability", page, model);
    }
}
