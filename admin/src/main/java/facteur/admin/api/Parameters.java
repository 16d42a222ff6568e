package facteur.admin.api;

import facteur.admin.report.CampaignReport;
import facteur.admin.web.Query;
import facteur.mail.status.Status;
import facteur.store.view.Views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters that the query of a call may hold. */
record Parameters(List<Parameter> known) {
    private static final String NOT_SENT = "none";

    Parameters {
        known = List.copyOf(known);
    }

    static Parameters of(Parameter... known) {
        return new Parameters(List.of(known));
    }

    List<String> names() {
        return known.stream().map(Parameter::name).toList();
    }

    /** What is wrong with the first parameter that is not understood, by its name. */
    Optional<String> problem(Query query) {
        return query.values().entrySet().stream()
                .flatMap(asked -> problem(asked).stream())
                .findFirst();
    }

    private Optional<String> problem(Map.Entry<String, List<String>> asked) {
        String name = asked.getKey();
        Optional<Parameter> parameter =
                known.stream().filter(each -> each.isNamed(name)).findFirst();
        return parameter.isEmpty()
                ? Optional.of(unknown(name))
                : asked.getValue().stream()
                        .map(String::strip)
                        .filter(value -> !value.isEmpty())
                        .flatMap(value -> parameter.get().check().problem(value).stream())
                        .map(problem -> name + ": " + problem)
                        .findFirst();
    }

    private String unknown(String name) {
        return name
                + ": no parameter of this call"
                + Parameter.meant(name, names())
                + (known.isEmpty()
                        ? "; it takes none"
                        : "; it takes " + String.join(", ", names()));
    }

    /** A campaign by what it is called; unknown ones are no filter. */
    static Parameter.Check campaign(Views views) {
        return called ->
                new CampaignReport(views).find(called, false).isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                "there is no campaign "
                                        + called
                                        + Parameter.meant(
                                                called,
                                                views.campaigns().stream()
                                                        .map(campaign -> campaign.row().name())
                                                        .toList()));
    }

    /** A campaign, and behind an equals sign what its column must show. */
    static Parameter.Check campaignAndWish() {
        Parameter.Check wish = wish();
        return value ->
                value.lastIndexOf('=') > 0
                        ? wish.problem(value.substring(value.lastIndexOf('=') + 1))
                        : Optional.of('"' + value + "\" is no wish such as id:1=!clicked");
    }

    /** What a column must show: a status, or none, or either with ! before it. */
    static Parameter.Check wish() {
        List<String> allowed = new ArrayList<>(Parameter.keys(Status.values()));
        allowed.add(NOT_SENT);
        return value ->
                Parameter.oneOf(value.startsWith("!") ? value.substring(1) : value, allowed);
    }
}
