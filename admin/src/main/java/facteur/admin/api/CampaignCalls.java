package facteur.admin.api;

import facteur.admin.report.CampaignFilter;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.Campaigns;
import facteur.admin.report.Recipients;
import facteur.admin.screen.Course;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;
import facteur.mail.message.RecipientId;
import facteur.store.fold.LinkRow;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Campaigns, and the server as a whole. */
final class CampaignCalls {
    private static final int DOMAINS = 1000;

    private final Desk desk;

    CampaignCalls(Desk desk) {
        this.desk = desk;
    }

    private Campaigns campaigns() {
        return new Campaigns(desk.views());
    }

    Response server(Call call) {
        return Call.ok(Shapes.FiguresShape.of(campaigns().server(call.robots())));
    }

    Response list(Call call) {
        List<CampaignLine> all =
                campaigns()
                        .list(CampaignFilter.of(call.query()), call.robots(), ZoneOffset.UTC)
                        .stream()
                        .toList();
        int from =
                call.after()
                        .filter(text -> text.length() < 9)
                        .filter(text -> text.chars().allMatch(Character::isDigit))
                        .map(Integer::parseInt)
                        .map(wanted -> Math.min(wanted, all.size()))
                        .orElse(0);
        int until = Math.min(all.size(), from + call.limit());
        return Call.ok(
                new Call.Items(
                        all.subList(from, until).stream().map(Shapes.CampaignShape::of).toList(),
                        until < all.size()
                                ? Optional.of(Integer.toString(until))
                                : Optional.empty()));
    }

    private Optional<CampaignLine> find(Call call) {
        return campaigns().find(call.part("id"), call.robots());
    }

    private static Response missing(Call call) {
        return Call.unknown("campaign", call.part("id"));
    }

    Response one(Call call) {
        return find(call)
                .map(line -> Call.ok(Shapes.CampaignShape.of(line)))
                .orElseGet(() -> missing(call));
    }

    Response contacts(Call call) {
        Optional<CampaignLine> campaign = find(call);
        if (campaign.isEmpty()) {
            return missing(call);
        }
        Optional<RecipientId> after = call.after().flatMap(Recipients::parse);
        Recipients.Filter filter = Recipients.Filter.of(call.query());
        Recipients.Page page =
                new Recipients(desk.views()).page(campaign.get().id(), filter, after, call.limit());
        return Call.ok(
                new Call.Items(
                        page.recipients().stream()
                                .map(r -> Shapes.RecipientShape.of(r, filter.robots()))
                                .toList(),
                        page.next().map(RecipientId::toString)));
    }

    Response domains(Call call) {
        return find(call)
                .map(
                        line ->
                                Call.ok(
                                        new Call.Items(
                                                parts(
                                                        campaigns()
                                                                .domains(
                                                                        line.id(),
                                                                        call.robots(),
                                                                        DOMAINS)),
                                                Optional.empty())))
                .orElseGet(() -> missing(call));
    }

    static List<Shapes.PartShape> parts(List<Campaigns.Part> parts) {
        return parts.stream()
                .map(
                        part ->
                                new Shapes.PartShape(
                                        part.name(), Shapes.FiguresShape.of(part.figures())))
                .toList();
    }

    Response course(Call call) {
        return find(call)
                .map(
                        line ->
                                Call.ok(
                                        new Call.Items(
                                                Course.of(
                                                                desk.views(),
                                                                line,
                                                                call.robots(),
                                                                ZoneOffset.UTC,
                                                                call.now())
                                                        .steps(),
                                                Optional.empty())))
                .orElseGet(() -> missing(call));
    }

    Response reasons(Call call) {
        return find(call)
                .map(
                        line ->
                                Call.ok(
                                        new Call.Items(
                                                campaigns().causes(line.id()).stream()
                                                        .map(
                                                                cause ->
                                                                        new Shapes.CauseShape(
                                                                                cause.category()
                                                                                        .key(),
                                                                                cause.recipients(),
                                                                                cause.bounced()))
                                                        .toList(),
                                                Optional.empty())))
                .orElseGet(() -> missing(call));
    }

    /** Opens that were counted without names: how many people that is, nobody knows. */
    record CountedShape(long hits, long allHits) {}

    record LinksShape(
            List<LinkRow> items, Optional<String> next, Optional<CountedShape> countedOpens) {}

    Response links(Call call) {
        return find(call)
                .map(
                        line ->
                                Call.ok(
                                        new LinksShape(
                                                desk.views().links(line.id(), DOMAINS),
                                                Optional.empty(),
                                                desk.views()
                                                        .countedOpens(line.id())
                                                        .map(
                                                                row ->
                                                                        new CountedShape(
                                                                                row.hits(),
                                                                                row.allHits())))))
                .orElseGet(() -> missing(call));
    }
}
