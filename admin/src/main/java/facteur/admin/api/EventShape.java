package facteur.admin.api;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.TlsFacts;
import facteur.store.query.Timeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events of a timeline in JSON: {@code type}, {@code at}, and what the type has. */
final class EventShape {
    private EventShape() {}

    /** The events of a page; each hit says who it counts as by now, too. */
    static List<Map<String, Object>> of(Timeline timeline) {
        return timeline.events().stream()
                .map(
                        event ->
                                event instanceof EngagementEvent.Hit hit
                                        ? with(of(event), "counts_as", countsAs(timeline, hit))
                                        : of(event))
                .toList();
    }

    private static String countsAs(Timeline timeline, EngagementEvent.Hit hit) {
        return timeline.isMachine(hit) ? "machine" : "person";
    }

    private static Map<String, Object> of(Event event) {
        return switch (event) {
            case SubmissionEvent.Accepted e -> {
                Map<String, Object> shape = begin("accepted", e);
                shape.put("credential", e.credential());
                shape.put("client", e.client());
                shape.put("size", e.size());
                yield shape;
            }
            case DeliveryEvent.Ruled e -> ruled(e);
            case DeliveryEvent.Rendered e ->
                    with(with(begin("rendered", e), "links", e.links()), "pixel", e.pixel());
            case DeliveryEvent.NotTracked e -> with(begin("not_tracked", e), "why", e.why());
            case DeliveryEvent.Notified e ->
                    with(
                            with(begin("sender_notified", e), "action", e.action()),
                            "detail",
                            e.detail());
            case ShapingEvent e ->
                    with(with(begin("shaped", e), "site", e.site()), "source", e.source());
            case HostEvent e -> with(begin("host_learnt", e), "host", e.host());
            case FeedbackEvent.Bounced e -> {
                Map<String, Object> shape = begin("bounced_later", e);
                shape.put("hard", e.hard());
                shape.put("forwarded", e.forwarded());
                yield why(shape, e.why(), e.evidence());
            }
            case FeedbackEvent.Noted e ->
                    with(with(begin("noted", e), "kind", e.kind()), "text", e.text());
            case FeedbackEvent.HardBounceReverted e ->
                    with(with(begin("doubted", e), "site", e.site()), "text", e.text());
            case FeedbackEvent.Complained e -> with(begin("complained", e), "by", e.reporter());
            case EngagementEvent.Opened e -> hit(begin("opened", e), e);
            case EngagementEvent.Clicked e -> {
                Map<String, Object> shape = begin("clicked", e);
                shape.put("final_at", e.at().plus(EngagementEvent.SETTLE));
                yield with(with(hit(shape, e), "link", e.link()), "target", e.target());
            }
            case EngagementEvent.Revised e -> {
                Map<String, Object> shape = begin("revised", e);
                shape.put("from", e.from());
                shape.put("until", e.until());
                shape.put("reason", e.reason());
                yield shape;
            }
            case EngagementEvent.Recognised e -> with(begin("recognised", e), "rule", e.rule());
            case EngagementEvent.Seen e -> begin("seen", e);
            case EngagementEvent.TrackingDeclined e ->
                    with(begin("tracking_declined", e), "means", e.means());
            case ReadershipEvent.Counted e -> with(begin("counted", e), "hits", e.hits());
            case EngagementEvent.Unsubscribed e ->
                    with(begin("unsubscribed", e), "means", e.means());
            case OperatorEvent e -> with(begin(ordered(e), e), "by", e.operator());
        };
    }

    private static String ordered(OperatorEvent event) {
        return switch (event) {
            case OperatorEvent.Suppressed _ -> "suppressed";
            case OperatorEvent.Unsuppressed _ -> "unsuppressed";
            case OperatorEvent.RetryAsked _ -> "retry_asked";
            case OperatorEvent.CancelAsked _ -> "cancel_asked";
            case OperatorEvent.ImportStaged _, OperatorEvent.ImportCommitted _ -> "imported";
            case OperatorEvent.Held _ -> "held";
            case OperatorEvent.FlushAsked _ -> "flush_asked";
            case OperatorEvent.WithdrawAsked _ -> "withdraw_asked";
            case OperatorEvent.Moved _ -> "moved";
            case OperatorEvent.Erased _ -> "erased";
            case OperatorEvent.Expired _ -> "expired";
        };
    }

    private static Map<String, Object> begin(String type, Event event) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("type", type);
        shape.put("at", event.at());
        return shape;
    }

    private static Map<String, Object> with(Map<String, Object> shape, String name, Object value) {
        shape.put(name, value);
        return shape;
    }

    private static Map<String, Object> hit(Map<String, Object> shape, EngagementEvent.Hit hit) {
        shape.put("audience", JsonShapes.key(hit.audience()));
        shape.put("reasons", hit.reasons().stream().sorted().toList());
        shape.put("agent", hit.agent());
        shape.put("repeats", hit.repeats());
        shape.put("surplus", hit.reasons().contains(EngagementEvent.SURPLUS));
        return shape;
    }

    private static Map<String, Object> why(
            Map<String, Object> shape, BounceClass why, Evidence evidence) {
        shape.put("category", why.category().key());
        shape.put("rule", why.rule());
        return told(shape, evidence);
    }

    private static Map<String, Object> told(Map<String, Object> shape, Evidence evidence) {
        shape.put("stage", JsonShapes.key(evidence.stage()));
        switch (evidence) {
            case Evidence.Answered(_, var reply) -> shape.put("reply", reply.toString());
            case Evidence.Failed(_, var fault, var detail) -> {
                shape.put("fault", JsonShapes.key(fault));
                shape.put("detail", detail);
            }
        }
        return shape;
    }

    private static Map<String, Object> ruled(DeliveryEvent.Ruled event) {
        Map<String, Object> shape =
                switch (event.disposition()) {
                    case Disposition.Delivered(var evidence) ->
                            told(begin("delivered", event), evidence);
                    case Disposition.Deferred(var why, var evidence, var retryAt) ->
                            with(why(begin("deferred", event), why, evidence), "next_try", retryAt);
                    case Disposition.SoftBounce(var why, var evidence) ->
                            why(begin("soft_bounce", event), why, evidence);
                    case Disposition.HardBounce(var why, var evidence) ->
                            why(begin("hard_bounce", event), why, evidence);
                    case Disposition.Abandoned(var cause, var because) ->
                            with(
                                    with(begin("abandoned", event), "cause", cause.key()),
                                    "because",
                                    because);
                    case Disposition.Withdrawn(var operator, var why) ->
                            with(with(begin("withdrawn", event), "by", operator), "why", why);
                };
        shape.put("attempt", event.attempt());
        event.hop()
                .ifPresent(
                        hop -> {
                            shape.put("site", hop.site());
                            shape.put("host", hop.host());
                            shape.put("address", hop.address());
                            shape.put("source", hop.source());
                            shape.put("tls", hop.tls().map(TlsFacts::toString).orElse(""));
                            shape.put("took_ms", hop.took().toMillis());
                        });
        return shape;
    }
}
