package facteur.admin.parameter;

import facteur.admin.report.CampaignFilter;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.query.RecipientState;

import java.util.List;

/** The parameters that filter a list, the same for pages and programs. */
public final class Filters {
    private Filters() {}

    public static Parameters campaigns() {
        return Parameters.of(
                Parameter.text("q"),
                Parameter.day("from"),
                Parameter.day("until"),
                Parameter.text("tag"),
                Parameter.text("sender_domain"),
                Parameter.choice("sort", Parameter.keys(CampaignFilter.Order.values())),
                Parameter.choice("dir", List.of("asc", "desc")));
    }

    /** Of one campaign. */
    public static Parameters recipients() {
        return Parameters.of(
                Parameter.list(
                        "status",
                        status -> Parameter.oneOf(status, Parameter.keys(Status.values()))),
                Parameter.text("q"),
                Parameter.text("domain"),
                Parameter.choice("reason", Parameter.keys(BounceCategory.values())),
                Parameter.choice("badge", Parameter.keys(RecipientState.Badge.values())));
    }

    /**
     * @param campaign what may name one
     */
    public static Parameters messages(Parameter.Check campaign) {
        return Parameters.of(
                Parameter.text("recipient"),
                Parameter.text("message_id"),
                Parameter.one("campaign", campaign),
                Parameter.instant("since"),
                Parameter.instant("before"));
    }

    /**
     * @param campaign what may name a column
     */
    public static Parameters contacts(Parameter.Check campaign) {
        return Parameters.of(
                Parameter.text("q"),
                Parameter.list("campaigns", campaign),
                Parameter.many("wish", Parameters.campaignAndWish()),
                Parameter.one("in.", Parameters.wish()),
                Parameter.one("sort", campaign));
    }
}
