package facteur.admin.api;

import facteur.admin.report.CampaignFilter;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.RecipientReport;
import facteur.admin.screen.CampaignProgress;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.mail.message.RecipientId;
import facteur.store.query.LinkClicks;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Campaigns, and the server as a whole. */
final class CampaignEndpoints {
    private static final int DOMAINS = 1000;

    private final ScreenContext screenContext;

    CampaignEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    private CampaignReport campaigns() {
        return new CampaignReport(screenContext.views().campaigns());
    }

    Response server(ApiRequest apiRequest) {
        return ApiRequest.ok(JsonShapes.FiguresShape.of(campaigns().server(apiRequest.robots())));
    }

    Response list(ApiRequest apiRequest) {
        List<CampaignLine> all =
                campaigns()
                        .list(
                                CampaignFilter.of(apiRequest.query()),
                                apiRequest.robots(),
                                ZoneOffset.UTC)
                        .stream()
                        .toList();
        int from =
                apiRequest
                        .after()
                        .filter(text -> text.length() < 9)
                        .filter(text -> text.chars().allMatch(Character::isDigit))
                        .map(Integer::parseInt)
                        .map(wanted -> Math.min(wanted, all.size()))
                        .orElse(0);
        int until = Math.min(all.size(), from + apiRequest.limit());
        return ApiRequest.ok(
                new ApiRequest.Items(
                        all.subList(from, until).stream()
                                .map(JsonShapes.CampaignShape::of)
                                .toList(),
                        until < all.size()
                                ? Optional.of(Integer.toString(until))
                                : Optional.empty()));
    }

    private Optional<CampaignLine> find(ApiRequest apiRequest) {
        return campaigns().find(apiRequest.part("id"), apiRequest.robots());
    }

    private static Response missing(ApiRequest apiRequest) {
        return ApiRequest.unknown("campaign", apiRequest.part("id"));
    }

    Response one(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(line -> ApiRequest.ok(JsonShapes.CampaignShape.of(line)))
                .orElseGet(() -> missing(apiRequest));
    }

    Response contacts(ApiRequest apiRequest) {
        Optional<CampaignLine> campaign = find(apiRequest);
        if (campaign.isEmpty()) {
            return missing(apiRequest);
        }
        Optional<RecipientId> after = apiRequest.after().flatMap(RecipientReport::parse);
        RecipientReport.Filter filter = RecipientReport.Filter.of(apiRequest.query());
        RecipientReport.Page page =
                new RecipientReport(
                                screenContext.views().campaigns(), screenContext.views().messages())
                        .page(campaign.get().id(), filter, after, apiRequest.limit());
        return ApiRequest.ok(
                new ApiRequest.Items(
                        page.recipients().stream()
                                .map(r -> JsonShapes.RecipientShape.of(r, filter.robots()))
                                .toList(),
                        page.next().map(RecipientId::toString)));
    }

    Response domains(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(
                        line ->
                                ApiRequest.ok(
                                        new ApiRequest.Items(
                                                parts(
                                                        campaigns()
                                                                .domains(
                                                                        line.id(),
                                                                        apiRequest.robots(),
                                                                        DOMAINS)),
                                                Optional.empty())))
                .orElseGet(() -> missing(apiRequest));
    }

    static List<JsonShapes.PartShape> parts(List<CampaignReport.Part> parts) {
        return parts.stream()
                .map(
                        part ->
                                new JsonShapes.PartShape(
                                        part.name(), JsonShapes.FiguresShape.of(part.figures())))
                .toList();
    }

    Response course(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(
                        line ->
                                ApiRequest.ok(
                                        new ApiRequest.Items(
                                                CampaignProgress.of(
                                                                screenContext.views().campaigns(),
                                                                line,
                                                                apiRequest.robots(),
                                                                ZoneOffset.UTC,
                                                                apiRequest.now())
                                                        .steps(),
                                                Optional.empty())))
                .orElseGet(() -> missing(apiRequest));
    }

    Response reasons(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(
                        line ->
                                ApiRequest.ok(
                                        new ApiRequest.Items(
                                                campaigns().causes(line.id()).stream()
                                                        .map(
                                                                cause ->
                                                                        new JsonShapes.CauseShape(
                                                                                cause.category()
                                                                                        .key(),
                                                                                cause.recipients(),
                                                                                cause.bounced()))
                                                        .toList(),
                                                Optional.empty())))
                .orElseGet(() -> missing(apiRequest));
    }

    /** Opens that were counted without names: how many people that is, is not known. */
    record CountedShape(long hits, long allHits) {}

    record LinksShape(
            List<LinkClicks> items, Optional<String> next, Optional<CountedShape> countedOpens) {}

    Response links(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(
                        line ->
                                ApiRequest.ok(
                                        new LinksShape(
                                                screenContext
                                                        .views()
                                                        .campaigns()
                                                        .links(line.id(), DOMAINS),
                                                Optional.empty(),
                                                screenContext
                                                        .views()
                                                        .campaigns()
                                                        .countedOpens(line.id())
                                                        .map(
                                                                row ->
                                                                        new CountedShape(
                                                                                row.hits(),
                                                                                row.allHits())))))
                .orElseGet(() -> missing(apiRequest));
    }
}
