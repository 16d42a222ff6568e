package facteur.admin.parameter;

import facteur.admin.report.CampaignReport;
import facteur.admin.web.Query;
import facteur.mail.status.Status;
import facteur.mail.text.NameOrId;
import facteur.store.query.Campaign;
import facteur.store.query.CampaignQueries;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The parameters that the query of an address may hold. */
public record Parameters(List<Parameter> known) {
    private static final String NOT_SENT = "none";
    private static final String FROM = "from";
    private static final String UNTIL = "until";

    public Parameters {
        known = List.copyOf(known);
    }

    public static Parameters of(Parameter... known) {
        return new Parameters(List.of(known));
    }

    /** These, and others behind them. */
    public Parameters and(Parameter... others) {
        return new Parameters(Stream.concat(known.stream(), Stream.of(others)).toList());
    }

    public List<String> names() {
        return known.stream().map(Parameter::name).toList();
    }

    /** What is wrong with the first parameter that is not understood, or missing, by its name. */
    public Optional<Fault> fault(Query query) {
        return query.values().entrySet().stream()
                .flatMap(asked -> fault(asked).stream())
                .findFirst()
                .or(() -> missing(query))
                .or(() -> order(query));
    }

    private Optional<Fault> missing(Query query) {
        return known.stream()
                .filter(Parameter::required)
                .filter(parameter -> query.first(parameter.name()).isEmpty())
                .map(parameter -> Fault.of("missing").at(parameter.name()))
                .findFirst();
    }

    private Optional<Fault> fault(Map.Entry<String, List<String>> asked) {
        String name = asked.getKey();
        return known.stream()
                .filter(each -> each.isNamed(name))
                .findFirst()
                .map(parameter -> fault(parameter, asked.getValue()))
                .orElseGet(() -> Optional.of(unknown(name)))
                .map(fault -> fault.at(name));
    }

    private static Optional<Fault> fault(Parameter parameter, List<String> values) {
        return values.size() > 1 && !parameter.many()
                ? Optional.of(Fault.of("twice"))
                : values.stream()
                        .map(String::strip)
                        .filter(value -> !value.isEmpty())
                        .flatMap(value -> parameter.check().fault(value).stream())
                        .findFirst();
    }

    private Fault unknown(String name) {
        Fault fault =
                known.isEmpty()
                        ? Fault.of("unknown.none")
                        : Fault.of("unknown", String.join(", ", names()));
        return fault.meaning(name, names());
    }

    /** A span of days that ends before it begins holds nothing. */
    private Optional<Fault> order(Query query) {
        Optional<LocalDate> from = day(query, FROM);
        Optional<LocalDate> until = day(query, UNTIL);
        return from.isPresent() && until.isPresent() && from.get().isAfter(until.get())
                ? Optional.of(
                        Fault.of("later", from.get().toString(), until.get().toString()).at(FROM))
                : Optional.empty();
    }

    private static Optional<LocalDate> day(Query query, String name) {
        return query.first(name).flatMap(Parameter::read);
    }

    /** A campaign by what it is called; unknown ones are no filter. */
    public static Parameter.Check campaign(CampaignQueries campaigns) {
        return called ->
                new CampaignReport(campaigns).find(called, false).isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                Fault.of("campaign", called)
                                        .meaning(
                                                called,
                                                campaigns.all().stream()
                                                        .map(Campaign::name)
                                                        .toList()));
    }

    /**
     * The same for pages, which remember columns by their numbers: what is gone by now leaves no
     * column.
     */
    public static Parameter.Check column(CampaignQueries campaigns) {
        Parameter.Check campaign = campaign(campaigns);
        return called ->
                NameOrId.parse(called).filter(NameOrId.Id.class::isInstance).isPresent()
                        ? Optional.empty()
                        : campaign.fault(called);
    }

    /** A campaign, and behind an equals sign what its column must show. */
    public static Parameter.Check campaignAndWish() {
        Parameter.Check wish = wish();
        return value ->
                value.lastIndexOf('=') > 0
                        ? wish.fault(value.substring(value.lastIndexOf('=') + 1))
                        : Optional.of(Fault.of("wish", value));
    }

    /** What a column must show: a status, or none, or either with ! before it. */
    public static Parameter.Check wish() {
        List<String> allowed = new ArrayList<>(Parameter.keys(Status.values()));
        allowed.add(NOT_SENT);
        return value ->
                Parameter.oneOf(value.startsWith("!") ? value.substring(1) : value, allowed);
    }
}
