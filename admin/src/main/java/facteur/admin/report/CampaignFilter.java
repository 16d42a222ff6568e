package facteur.admin.report;

import facteur.admin.web.Query;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which campaigns are wanted, and in what order.
 *
 * @param search part of a name, subject or sender, in lower case
 * @param from first day, by the reader's zone; of the campaign's last message
 * @param until last day; of the campaign's first message
 */
public record CampaignFilter(
        String search,
        Optional<LocalDate> from,
        Optional<LocalDate> until,
        String tag,
        String senderDomain,
        Order order,
        boolean descending) {
    /** By what campaigns are sorted. */
    public enum Order {
        NEWEST,
        NAME,
        RECIPIENTS,
        DELIVERY,
        OPEN,
        CLICK,
        BOUNCE;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Order of(String key) {
            for (Order order : values()) {
                if (order.key().equals(key)) {
                    return order;
                }
            }
            return NEWEST;
        }
    }

    /** Reads {@code q, from, until, tag, sender_domain, sort, dir}. */
    public static CampaignFilter of(Query query) {
        Order order = Order.of(query.first("sort").orElse(""));
        return new CampaignFilter(
                query.first("q").orElse("").toLowerCase(Locale.ROOT),
                day(query, "from"),
                day(query, "until"),
                query.first("tag").orElse(""),
                query.first("sender_domain").orElse("").toLowerCase(Locale.ROOT),
                order,
                query.first("dir").map("desc"::equals).orElse(order != Order.NAME));
    }

    private static Optional<LocalDate> day(Query query, String name) {
        try {
            return query.first(name).map(LocalDate::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty(); // half typed: as if it were not there
        }
    }

    boolean takes(CampaignLine line, ZoneId zone) {
        return matches(line)
                && from.map(day -> !line.last().atZone(zone).toLocalDate().isBefore(day))
                        .orElse(true)
                && until.map(day -> !line.first().atZone(zone).toLocalDate().isAfter(day))
                        .orElse(true)
                && (tag.isEmpty() || line.tags().contains(tag))
                && (senderDomain.isEmpty() || line.senderDomain().equals(senderDomain));
    }

    private boolean matches(CampaignLine line) {
        return search.isEmpty()
                || (line.name() + "\n" + line.subject() + "\n" + line.sender())
                        .toLowerCase(Locale.ROOT)
                        .contains(search);
    }

    Comparator<CampaignLine> comparator() {
        Comparator<CampaignLine> ascending =
                switch (order) {
                    case NEWEST -> Comparator.comparing(CampaignLine::last);
                    case NAME -> Comparator.comparing(line -> line.name().toLowerCase(Locale.ROOT));
                    case RECIPIENTS ->
                            Comparator.comparingLong(line -> line.figures().recipients());
                    case DELIVERY -> by(line -> line.figures().rates().delivery());
                    case OPEN -> by(line -> line.figures().rates().open());
                    case CLICK -> by(line -> line.figures().rates().click());
                    case BOUNCE -> by(line -> line.figures().rates().bounce());
                };
        Comparator<CampaignLine> ordered = descending ? ascending.reversed() : ascending;
        return ordered.thenComparingLong(CampaignLine::id);
    }

    private interface Rate {
        OptionalDouble of(CampaignLine line);
    }

    private static Comparator<CampaignLine> by(Rate rate) {
        return Comparator.comparingDouble(line -> rate.of(line).orElse(-1));
    }
}
