package facteur.admin.screen;

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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One event of a timeline, in words.
 *
 * @param tone the status whose colour it has, as a key
 * @param title what happened
 * @param badge that a hit counts otherwise than it seemed
 * @param details where, by which rule, how long
 * @param raw what the other server said, as it said it; or empty
 */
public record TimelineEntry(
        Instant at,
        String tone,
        String title,
        Optional<StatusExplanation.Badge> badge,
        List<String> details,
        String raw) {
    public TimelineEntry {
        details = List.copyOf(details);
    }

    private TimelineEntry(Instant at, String tone, String title, List<String> details, String raw) {
        this(at, tone, title, Optional.empty(), details, raw);
    }

    /** Words for the events of a page. */
    static List<TimelineEntry> of(PageRequest page, Timeline timeline) {
        return timeline.events().stream()
                .map(
                        event ->
                                event instanceof EngagementEvent.Hit hit
                                        ? hit(page, hit, timeline.isMachine(hit))
                                        : of(page, event))
                .toList();
    }

    private static TimelineEntry of(Event event, String tone, String title, String... details) {
        return new TimelineEntry(event.at(), tone, title, List.of(details), "");
    }

    /** Words for an event. */
    public static TimelineEntry of(PageRequest page, Event event) {
        return switch (event) {
            case SubmissionEvent.Accepted e ->
                    of(
                            e,
                            "sending",
                            page.say("event.accepted"),
                            page.say("event.accepted.by", e.credential(), e.client()),
                            page.formats().size(e.size()));
            case DeliveryEvent.Ruled e -> ruled(page, e);
            case DeliveryEvent.Rendered e -> rendered(page, e);
            case DeliveryEvent.NotTracked e ->
                    of(
                            e,
                            "abandoned",
                            page.say("event.not_tracked"),
                            StatusExplanation.notTracked(page, e.why()));
            case DeliveryEvent.Notified e ->
                    of(e, "sending", page.say("event.notified", e.action()), e.detail());
            case ShapingEvent e -> of(e, "sending", page.say("event.shaped", e.site()), e.source());
            case HostEvent e -> of(e, "sending", page.say("event.host_learnt", e.host()), "");
            case FeedbackEvent.Bounced e -> bounced(page, e);
            case FeedbackEvent.Noted e ->
                    new TimelineEntry(
                            e.at(),
                            "sending",
                            page.say("event.noted." + known(page, "event.noted.", e.kind())),
                            List.of(),
                            e.text());
            case FeedbackEvent.HardBounceReverted e ->
                    of(e, "sending", page.say("event.doubted", e.site()), e.text());
            case FeedbackEvent.Complained e ->
                    of(e, "hard_bounce", page.say("event.complained"), e.reporter());
            case EngagementEvent.Hit e -> hit(page, e, e.audience().isMachine());
            case EngagementEvent.Revised e ->
                    of(e, "abandoned", page.say("event.revised"), e.reason());
            case EngagementEvent.Recognised e ->
                    of(e, "opened", page.say("event.recognised"), e.rule());
            case EngagementEvent.Seen e -> of(e, "opened", page.say("event.seen"), "");
            case EngagementEvent.TrackingDeclined e ->
                    of(e, "abandoned", page.say("event.tracking_declined"), e.means());
            case ReadershipEvent.Counted e ->
                    of(e, "opened", page.say("event.counted", String.valueOf(e.hits())), "");
            case EngagementEvent.Unsubscribed e ->
                    of(e, "abandoned", page.say("event.unsubscribed"), e.means());
            case OperatorEvent e -> ordered(page, e);
        };
    }

    private static TimelineEntry rendered(PageRequest page, DeliveryEvent.Rendered event) {
        return of(
                event,
                "sending",
                page.say("event.rendered"),
                event.links() == 0
                        ? page.say("event.rendered.no_links")
                        : page.count("event.rendered.links", event.links()),
                page.say(event.pixel() ? "event.rendered.pixel" : "event.rendered.no_pixel"));
    }

    private static String known(PageRequest page, String prefix, String key) {
        return page.words().knows(prefix + key) ? key : "other";
    }

    private static TimelineEntry ordered(PageRequest page, OperatorEvent event) {
        String title =
                switch (event) {
                    case OperatorEvent.Suppressed _ -> page.say("event.suppressed");
                    case OperatorEvent.Unsuppressed _ -> page.say("event.unsuppressed");
                    case OperatorEvent.RetryAsked _ -> page.say("event.retry_asked");
                    case OperatorEvent.CancelAsked _ -> page.say("event.cancel_asked");
                    case OperatorEvent.ImportStaged _, OperatorEvent.ImportCommitted _ ->
                            page.say("event.suppressed");
                    case OperatorEvent.Held _ -> page.say("event.held");
                    case OperatorEvent.FlushAsked _ -> page.say("event.flush_asked");
                    case OperatorEvent.WithdrawAsked _ -> page.say("event.withdraw_asked");
                    case OperatorEvent.Moved _ -> page.say("event.moved");
                    case OperatorEvent.Erased _ -> page.say("event.erased");
                    case OperatorEvent.Expired _ -> page.say("event.expired");
                };
        return of(event, "sending", title, page.say("event.by", event.operator()));
    }

    private static TimelineEntry ruled(PageRequest page, DeliveryEvent.Ruled event) {
        List<String> details = new ArrayList<>(hop(page, event.hop()));
        return switch (event.disposition()) {
            case Disposition.Delivered(var evidence) ->
                    ruled(event, "sent", page.say("event.delivered"), details, evidence);
            case Disposition.Deferred(var why, var evidence, var retryAt) -> {
                details.add(page.say("event.next_try", page.formats().exactly(retryAt)));
                details.add(rule(page, why));
                yield ruled(
                        event,
                        "sending",
                        page.say("event.deferred", category(page, why)),
                        details,
                        evidence);
            }
            case Disposition.SoftBounce(var why, var evidence) -> {
                details.add(rule(page, why));
                yield ruled(
                        event,
                        "soft_bounce",
                        page.say("event.soft_bounce", category(page, why)),
                        details,
                        evidence);
            }
            case Disposition.HardBounce(var why, var evidence) -> {
                details.add(rule(page, why));
                yield ruled(
                        event,
                        "hard_bounce",
                        page.say("event.hard_bounce", category(page, why)),
                        details,
                        evidence);
            }
            case Disposition.Abandoned(var cause, var because) ->
                    new TimelineEntry(
                            event.at(),
                            "abandoned",
                            page.say("event.abandoned", StatusExplanation.cause(page, cause.key())),
                            details,
                            because);
            case Disposition.Withdrawn(var operator, var why) ->
                    new TimelineEntry(
                            event.at(),
                            "abandoned",
                            page.say("event.withdrawn"),
                            List.of(page.say("event.by", operator), why),
                            "");
        };
    }

    private static TimelineEntry ruled(
            DeliveryEvent.Ruled event,
            String tone,
            String title,
            List<String> details,
            Evidence evidence) {
        return new TimelineEntry(event.at(), tone, title, details, evidence.toString());
    }

    private static List<String> hop(PageRequest page, Optional<DeliveryEvent.Hop> hop) {
        return hop.map(
                        h ->
                                List.of(
                                        h.host() + " [" + h.address() + "]",
                                        h.tls()
                                                .map(TlsFacts::toString)
                                                .orElseGet(() -> page.say("event.clear")),
                                        page.formats().lasting(h.took())))
                .orElse(List.of());
    }

    private static String category(PageRequest page, BounceClass why) {
        return page.say("category." + why.category().key());
    }

    private static String rule(PageRequest page, BounceClass why) {
        return page.say("event.rule", why.rule());
    }

    private static TimelineEntry bounced(PageRequest page, FeedbackEvent.Bounced event) {
        String kind = event.forwarded() ? "forwarded" : event.hard() ? "hard" : "soft";
        return new TimelineEntry(
                event.at(),
                event.forwarded() ? "sending" : event.hard() ? "hard_bounce" : "soft_bounce",
                page.say("event.bounced." + kind, category(page, event.why())),
                List.of(rule(page, event.why())),
                event.evidence().toString());
    }

    /**
     * @param machine whether it counts as a machine's by now
     */
    private static TimelineEntry hit(PageRequest page, EngagementEvent.Hit hit, boolean machine) {
        String kind =
                switch (hit) {
                    case EngagementEvent.Opened _ -> "opened";
                    case EngagementEvent.Clicked _ -> "clicked";
                };
        return new TimelineEntry(
                hit.at(),
                machine ? "sending" : kind,
                page.say("event." + kind),
                machine == hit.audience().isMachine()
                        ? Optional.empty()
                        : Optional.of(
                                StatusExplanation.badge(
                                        page, machine ? "counts_as_robot" : "counts_as_person")),
                details(page, hit),
                "");
    }

    private static List<String> details(PageRequest page, EngagementEvent.Hit hit) {
        List<String> details = new ArrayList<>();
        if (hit instanceof EngagementEvent.Clicked click) {
            details.add(click.target());
        }
        details.add(hit.agent());
        details.add(
                page.say("audience." + hit.audience().name().toLowerCase(java.util.Locale.ROOT)));
        details.add(
                hit.reasons().stream()
                        .filter(reason -> !reason.equals(EngagementEvent.SURPLUS))
                        .sorted()
                        .collect(Collectors.joining(", ")));
        boolean settles = hit instanceof EngagementEvent.Clicked && !hit.audience().isMachine();
        if (settles && hit.at().plus(EngagementEvent.SETTLE).isAfter(page.now())) {
            details.add(page.say("badge.settling"));
        }
        if (hit.reasons().contains(EngagementEvent.SURPLUS)) {
            details.add(page.count("event.surplus", 1 + hit.repeats()));
        } else if (hit.repeats() > 0) {
            details.add(page.count("event.repeats", hit.repeats()));
        }
        details.removeIf(String::isEmpty);
        return details;
    }
}
